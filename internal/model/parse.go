package model

import (
	"io"
	"strings"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Parse reads a text exposition. Histograms and summaries come as their count.
func Parse(r io.Reader) (Series, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(r)
	if err != nil {
		return nil, err
	}
	s := make(Series)
	for name, family := range families {
		for _, m := range family.Metric {
			var labels []string
			for _, l := range m.Label {
				labels = append(labels, l.GetName(), l.GetValue())
			}
			s[key(name, labels...)] = m.GetGauge().GetValue() + m.GetCounter().GetValue() +
				float64(m.GetHistogram().GetSampleCount()+m.GetSummary().GetSampleCount())
		}
	}
	return s, nil
}

// Family returns the series of one family.
func (s Series) Family(name string) Series {
	found := make(Series)
	for k, v := range s {
		if strings.HasPrefix(k, name+"{") {
			found[k] = v
		}
	}
	return found
}
