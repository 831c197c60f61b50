package collector

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// series is a gauge that shares its label pairs with others of the same
// inventory: a tenth of what a const metric takes.
type series struct {
	desc   *prometheus.Desc
	labels []*dto.LabelPair // sorted by name; nobody changes them
	value  float64
}

// Desc implements prometheus.Metric.
func (s *series) Desc() *prometheus.Desc { return s.desc }

// Write implements prometheus.Metric.
func (s *series) Write(out *dto.Metric) error {
	out.Label = s.labels
	out.Gauge = &dto.Gauge{Value: &s.value}
	return nil
}

// moment is a series of days until a date, which has a value only at a pull.
type moment struct {
	desc   *prometheus.Desc
	labels []*dto.LabelPair
	at     int64 // Unix µs
}

// builder makes series that share what they can.
type builder struct {
	descs *descs
	pairs map[[2]string]*dto.LabelPair
	list  []prometheus.Metric
}

func newBuilder(d *descs) *builder {
	return &builder{descs: d, pairs: make(map[[2]string]*dto.LabelPair)}
}

// gauge adds a series, its label values in the order of the table.
func (b *builder) gauge(id metricID, value float64, values ...string) {
	b.list = append(b.list, &series{b.descs[id].desc, b.labels(id, values), value})
}

func (b *builder) labels(id metricID, values []string) []*dto.LabelPair {
	labels := make([]*dto.LabelPair, len(values))
	for i, value := range values {
		key := [2]string{b.descs[id].labels[i], value}
		pair := b.pairs[key]
		if pair == nil {
			pair = &dto.LabelPair{Name: &key[0], Value: &key[1]}
			b.pairs[key] = pair
		}
		labels[i] = pair
	}
	slices.SortFunc(labels, func(a, b *dto.LabelPair) int { return strings.Compare(*a.Name, *b.Name) })
	return labels
}

// sendMoments sends the days that are left now.
func sendMoments(ch chan<- prometheus.Metric, moments []moment, now time.Time) {
	list := make([]series, len(moments))
	for i, m := range moments {
		list[i] = series{m.desc, m.labels, time.UnixMicro(m.at).Sub(now).Hours() / 24}
		ch <- &list[i]
	}
}
