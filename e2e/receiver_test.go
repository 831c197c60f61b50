package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// notification is what one message of Alertmanager said.
type notification struct {
	receiver string
	status   string // of the group: firing as long as one of its alerts is
	alert    string
	job      string
	alerts   int    // how many of them in the message
	text     string // their descriptions
}

func (n notification) String() string {
	return fmt.Sprintf("%s: %s %s %s ×%d", n.receiver, n.status, n.alert, n.job, n.alerts)
}

// receiver is the pager and the tickets, told apart by their path.
type receiver struct {
	address string

	mu  sync.Mutex
	got []notification
}

func startReceiver(t *testing.T) *receiver {
	r := &receiver{}
	server := httptest.NewServer(http.HandlerFunc(r.take))
	t.Cleanup(server.Close)
	r.address = server.Listener.Addr().String()
	return r
}

func (r *receiver) take(w http.ResponseWriter, request *http.Request) {
	var message struct {
		Status      string            `json:"status"`
		GroupLabels map[string]string `json:"groupLabels"`
		Alerts      []struct {
			Annotations map[string]string `json:"annotations"`
		} `json:"alerts"`
	}
	if err := json.NewDecoder(request.Body).Decode(&message); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	n := notification{
		receiver: strings.TrimPrefix(request.URL.Path, "/"), status: message.Status,
		alert: message.GroupLabels["alertname"], job: message.GroupLabels["job"], alerts: len(message.Alerts),
	}
	for _, a := range message.Alerts {
		n.text += a.Annotations["description"] + "\n"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, n)
}

// all are the notifications so far, in order of receiver, status, alert and job.
func (r *receiver) all() []notification {
	r.mu.Lock()
	defer r.mu.Unlock()
	sorted := slices.Clone(r.got)
	slices.SortStableFunc(sorted, func(a, b notification) int { return cmp.Compare(a.String(), b.String()) })
	return sorted
}

// list is notifications as text, to be compared.
func list(notifications []notification) string {
	lines := make([]string, 0, len(notifications))
	for _, n := range notifications {
		lines = append(lines, n.String())
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// differs is an objection unless got are the wanted notifications, each once.
func differs(got, want []notification) string {
	if list(got) == list(want) {
		return ""
	}
	return fmt.Sprintf("notified:\n%s\nwant:\n%s", list(got), list(want))
}
