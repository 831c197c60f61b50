package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"
	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// startPrometheus runs a Prometheus alone, with the configuration given.
func startPrometheus(t *testing.T, config string) *stack {
	t.Helper()
	dir := t.TempDir()
	s := &stack{config: dir + "/prometheus.yml"}
	writeFile(t, s.config, config)
	s.prometheus = start(t, []string{"GOMAXPROCS=1"}, tool(t, "prometheus"),
		"--config.file="+s.config, "--storage.tsdb.path="+dir+"/prometheus", "--web.listen-address="+anyPort,
		"--query.lookback-delta="+shorten("5m"))
	program.Eventually(t, time.Minute, func() string {
		if err := s.get("query", map[string][]string{"query": {"1"}}, &struct{}{}); err != nil {
			return "Prometheus is not ready: " + err.Error()
		}
		return ""
	})
	return s
}

// generated is a made-up inventory whose figures stay as they are while a test
// runs. One of its customers has no numbers, and some numbers have no customer.
func generated() *vobiztest.Inventory {
	now := time.Now()
	inv := vobiztest.Generate(vobiztest.GenerateOptions{Seed: 5, Customers: 40, Numbers: 2503, Now: now})
	model.SettleDates(inv, model.Defaults(now))
	return inv
}

// added are the families whose sums have to come out.
const added = `{__name__=~"vobiz_dids|vobiz_monthly_fees|vobiz_dids_renewing"}`

func addedOf(all model.Series) model.Series {
	figures := model.Series{}
	for _, family := range []string{"vobiz_dids", "vobiz_monthly_fees", "vobiz_dids_renewing"} {
		for key, value := range all.Family(family) {
			figures[key] = value
		}
	}
	return figures
}

// figures are the series that Prometheus has for a query, without the labels that
// tell who scraped them. An instance is a customer, and shows no other's.
func (s *stack) figures(t *testing.T, query string) model.Series {
	t.Helper()
	figures := model.Series{}
	for _, found := range s.query(t, query) {
		var labels []string
		for name, value := range found.Metric {
			if !slices.Contains([]string{"__name__", "job", "instance", "shard"}, name) {
				labels = append(labels, fmt.Sprintf("%s=%q", name, value))
			}
		}
		if instance, ok := found.Metric["instance"]; ok && instance != found.Metric["account"] {
			t.Fatalf("%s shows numbers of %s", instance, found.Metric["account"])
		}
		slices.Sort(labels)
		key := found.Metric["__name__"] + "{" + strings.Join(labels, ",") + "}"
		if _, ok := figures[key]; ok {
			t.Fatalf("%s is there twice", key)
		}
		value, err := strconv.ParseFloat(fmt.Sprint(found.Value[1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		figures[key] = value
	}
	return figures
}

// pulled is what /metrics of an exporter says.
func pulled(t *testing.T, exporter *program.Process) model.Series {
	t.Helper()
	response, err := http.Get("http://" + exporter.Address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	series, err := model.Parse(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return series
}

// unlike is an objection to figures that are not those wanted.
func unlike(got, want model.Series) string {
	var lines []string
	for key, value := range want {
		if other, ok := got[key]; !ok || other != value {
			lines = append(lines, fmt.Sprintf("%s is %v (there: %t), want %v", key, other, ok, value))
		}
	}
	for key, value := range got {
		if _, ok := want[key]; !ok {
			lines = append(lines, fmt.Sprintf("%s is %v, and should not be there", key, value))
		}
	}
	slices.Sort(lines)
	if n := len(lines); n > 5 {
		lines = append(lines[:5], fmt.Sprintf("and %d more", n-5))
	}
	return strings.Join(lines, "\n")
}
