package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"

	"go.yaml.in/yaml/v3"
)

// stack is Prometheus and Alertmanager with the shipped configuration, in which
// time and addresses alone are changed, and receivers that remember.
type stack struct {
	prometheus   *program.Process
	alertmanager *program.Process
	receiver     *receiver
	config       string // prometheus.yml
}

// jobs are the targets of each scrape job.
type jobs map[string][]string

func startStack(t *testing.T, targets jobs) *stack {
	t.Helper()
	dir := t.TempDir()
	s := &stack{receiver: startReceiver(t), config: dir + "/prometheus.yml"}

	const receivers = "127.0.0.1:9099"
	routes := scaled(t, shippedAlertmanager)
	if strings.Count(routes, "http://"+receivers+"/") != 2 {
		t.Fatalf("%s does not send to %s", shippedAlertmanager, receivers)
	}
	writeFile(t, dir+"/alertmanager.yml", strings.ReplaceAll(routes, receivers, s.receiver.address))
	s.alertmanager = start(t, nil, tool(t, "alertmanager"),
		"--config.file="+dir+"/alertmanager.yml", "--storage.path="+dir+"/alertmanager",
		"--web.listen-address="+anyPort, "--cluster.listen-address=")

	// The rules come once every target has been found, for which Prometheus takes
	// five seconds that no setting shortens: minutes here, of an exporter absent.
	writeFile(t, dir+"/vobiz.rules.yml", "groups: []\n")
	s.configure(t, targets)
	s.prometheus = start(t, []string{"GOMAXPROCS=2"}, tool(t, "prometheus"),
		"--config.file="+s.config, "--storage.tsdb.path="+dir+"/prometheus", "--web.listen-address="+anyPort,
		"--query.lookback-delta="+shorten("5m")) // Prometheus's default
	program.Eventually(t, time.Minute, func() string { return s.unfound(targets) })
	writeFile(t, dir+"/vobiz.rules.yml", scaled(t, shippedRules))
	s.reconfigure(t, targets)
	return s
}

// unfound is an objection until every target has answered a scrape.
func (s *stack) unfound(targets jobs) string {
	var data struct{ Result []sample }
	if err := s.get("query", url.Values{"query": {"up == 1"}}, &data); err != nil {
		return "Prometheus is not ready: " + err.Error()
	}
	want := 0
	for _, addresses := range targets {
		want += len(addresses)
	}
	if len(data.Result) != want {
		return fmt.Sprintf("%d of %d targets answer", len(data.Result), want)
	}
	return ""
}

// configure writes prometheus.yml: the shipped scrape job, once for each of jobs.
func (s *stack) configure(t *testing.T, targets jobs) {
	t.Helper()
	var config map[string]any
	if err := yaml.Unmarshal([]byte(scaled(t, shippedPrometheus)), &config); err != nil {
		t.Fatal(err)
	}
	static := func(addresses ...string) []map[string]any { return []map[string]any{{"targets": addresses}} }
	var scrapes []map[string]any
	for job, addresses := range targets {
		scrapes = append(scrapes, map[string]any{"job_name": job, "static_configs": static(addresses...)})
	}
	config["scrape_configs"] = scrapes
	config["alerting"] = map[string]any{
		"alertmanagers": []map[string]any{{"static_configs": static(s.alertmanager.Address)}},
	}
	text, err := yaml.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, s.config, string(text))
}

// reconfigure has Prometheus go on with other targets.
func (s *stack) reconfigure(t *testing.T, targets jobs) {
	t.Helper()
	s.configure(t, targets)
	if err := s.prometheus.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
}

// sample is one series of an answer.
type sample struct {
	Metric map[string]string `json:"metric"`
	Value  [2]any            `json:"value"`
}

// get asks Prometheus's API, and returns its data or the error it gives.
func (s *stack) get(path string, parameters url.Values, data any) error {
	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Get("http://" + s.prometheus.Address + "/api/v1/" + path + "?" + parameters.Encode())
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer := struct {
		Data     any    `json:"data"`
		Error    string `json:"error"`
		Warnings []string
	}{Data: data}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return err
	}
	if answer.Error != "" || len(answer.Warnings) > 0 {
		return fmt.Errorf("%s %s", answer.Error, strings.Join(answer.Warnings, "; "))
	}
	return nil
}

// query is the answer for now.
func (s *stack) query(t *testing.T, query string) []sample {
	t.Helper()
	var data struct{ Result []sample }
	if err := s.get("query", url.Values{"query": {query}}, &data); err != nil {
		t.Fatalf("%v in %s", err, query)
	}
	return data.Result
}

// firing are the alerts that fire, each as its name and severity, in order.
func (s *stack) firing(t *testing.T) (alerts []string) {
	t.Helper()
	for _, a := range s.query(t, `count by (alertname, severity) (ALERTS{alertstate="firing"})`) {
		alerts = append(alerts, a.Metric["alertname"]+" "+a.Metric["severity"])
	}
	slices.Sort(alerts)
	return alerts
}

// settled waits until the recording rules have watched n jobs for as long as
// minutes are in the chain: what the rules compare the present with.
func (s *stack) settled(t *testing.T, n, minutes int) {
	t.Helper()
	program.Eventually(t, 2*time.Minute, func() string {
		watched := s.query(t, fmt.Sprintf("count_over_time(job:vobiz_dids:sum[1h]) >= %d", minutes))
		if len(watched) < n {
			return fmt.Sprintf("%d of %d jobs have been watched for %d minutes", len(watched), n, minutes)
		}
		return ""
	})
}
