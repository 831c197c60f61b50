package e2e

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"
	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// sharded is one exporter, the Prometheus servers that share its customers out, and
// the one that has the whole.
type sharded struct {
	api      *api
	exporter *program.Process
	shards   [2]*stack
	global   *stack
}

// Two Prometheus servers with the shipped files split the customers, and what they
// have makes the whole; so does a customer that comes later.
func TestShards(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	s := &sharded{api: startAPI(t, generated())}
	s.exporter = startExporter(t, buildExporter(t), s.api, anyPort)
	var addresses []string
	for i := range s.shards {
		config := marked(t, scaled(t, shippedShard), "exporter", "localhost:10420", s.exporter.Address)
		config = marked(t, config, "shard", `"0"`, strconv.Quote(strconv.Itoa(i)))
		s.shards[i] = startPrometheus(t, config)
		addresses = append(addresses, strconv.Quote(s.shards[i].prometheus.Address))
	}
	const shards = `"localhost:9090", "localhost:9091"`
	config := scaled(t, shippedGlobal)
	if strings.Count(config, shards) != 1 {
		t.Fatalf("%s does not scrape %s", shippedGlobal, shards)
	}
	s.global = startPrometheus(t, strings.Replace(config, shards, strings.Join(addresses, ", "), 1))

	customers := s.customers()
	s.makeTheWhole(t, customers)
	for i, shard := range s.shards {
		if n := len(shard.instances(t, "up")); n == 0 || n == len(customers) {
			t.Errorf("shard %d has %d of %d customers: nothing is split", i, n, len(customers))
		}
	}

	s.api.Update(func(inv *vobiztest.Inventory) {
		inv.Accounts = append(inv.Accounts, account("MA_NEW"))
		for i := range 3 {
			inv.Numbers = append(inv.Numbers, number("MA_NEW", i))
		}
	})
	s.makeTheWhole(t, append(customers, "MA_NEW"))

	// Nobody was ever in both, not even in passing.
	for _, customer := range s.shards[0].instances(t, "max_over_time(up[1h])") {
		if slices.Contains(s.shards[1].instances(t, "max_over_time(up[1h])"), customer) {
			t.Errorf("%s was scraped by both", customer)
		}
	}
}

// marked is a configuration with its lines marked for a change changed. Nothing else
// may hold what is changed there.
func marked(t *testing.T, config, mark, from, to string) string {
	t.Helper()
	line := regexp.MustCompile(`(?m)^.*# CHANGE: ` + mark + `$`)
	lines := line.FindAllString(config, -1)
	if len(lines) != 2 || strings.Count(config, from) != 2 || strings.Count(strings.Join(lines, ""), from) != 2 {
		t.Fatalf("%s does not stand in two lines, marked %q: %q", from, mark, lines)
	}
	return strings.ReplaceAll(config, from, to)
}

// customers are all there are, also those without numbers.
func (s *sharded) customers() (ids []string) {
	s.api.Update(func(inv *vobiztest.Inventory) {
		for _, a := range inv.Accounts {
			ids = append(ids, a.AuthID)
		}
	})
	return ids
}

// makeTheWhole waits until each customer is scraped by one shard, and everything
// adds up to what the inventory holds.
func (s *sharded) makeTheWhole(t *testing.T, customers []string) {
	t.Helper()
	slices.Sort(customers)
	want, sums := s.truth()
	began := time.Now()
	program.Eventually(t, time.Minute, func() string {
		var scraped []string
		parts, partSums := model.Series{}, model.Series{}
		for _, shard := range s.shards {
			scraped = append(scraped, shard.instances(t, "up == 1 and vobiz_probe_success == 1")...)
			for key, value := range shard.figures(t, added) {
				if _, ok := parts[key]; ok {
					t.Fatalf("both shards have %s", key)
				}
				parts[key] = value
			}
			for key, value := range shard.figures(t, "sum by (__name__, currency, window) ("+added+")") {
				partSums[key] += value
			}
		}
		slices.Sort(scraped)
		if !slices.Equal(scraped, customers) {
			return fmt.Sprintf("%d customers are scraped, once each or more often, want %d", len(scraped), len(customers))
		}
		for what, objection := range map[string]string{
			"the shards have":              unlike(parts, want),
			"the sums over the shards are": unlike(partSums, sums),
			"/metrics has":                 unlike(assigned(pulled(t, s.exporter)), want),
			"the global server has":        unlike(s.global.figures(t, added), want),
			"the global server's sums are": unlike(s.global.figures(t, "sum by (__name__, currency, window) ("+added+")"), sums),
		} {
			if objection != "" {
				return what + "\n" + objection
			}
		}
		if twice := s.global.query(t, "count by (account) (count by (account, shard) (vobiz_dids)) > 1"); len(twice) > 0 {
			return fmt.Sprintf("the global server has customers of two shards: %v", twice)
		}
		return ""
	})
	t.Logf("%d customers and %v numbers make the whole after %s", len(customers), sums["vobiz_dids{}"], time.Since(began))
}

// truth is what the shards have to have together, series by series and added up.
func (s *sharded) truth() (series, sums model.Series) {
	sums = model.Series{}
	s.api.Update(func(inv *vobiztest.Inventory) {
		now, owned := time.Now(), &vobiztest.Inventory{}
		for _, n := range inv.Numbers {
			if n.AccountID == "" {
				continue // in no customer's list
			}
			owned.Numbers = append(owned.Numbers, n)
			sums["vobiz_dids{}"]++
			sums[fmt.Sprintf("vobiz_monthly_fees{currency=%q}", n.Currency)] += n.MonthlyFee
			left := n.NextBillingDate.Time().Sub(now)
			for window, within := range map[string]bool{
				"overdue": left < 0, "7d": left >= 0 && left <= 7*day, "14d": left >= 0 && left <= 14*day, "30d": left >= 0 && left <= 30*day,
			} {
				key := fmt.Sprintf("vobiz_dids_renewing{currency=%q,window=%q}", n.Currency, window)
				sums[key] += 0
				if within && n.NextBillingDate != 0 {
					sums[key]++
				}
			}
		}
		series = addedOf(model.Of(owned, model.Defaults(now)))
	})
	return series, sums
}

// assigned are the figures of /metrics that are a customer's.
func assigned(all model.Series) model.Series {
	figures := addedOf(all)
	maps.DeleteFunc(figures, func(key string, _ float64) bool { return strings.Contains(key, `account="unassigned"`) })
	return figures
}

// instances are those of a query's answer, each as often as it is there.
func (s *stack) instances(t *testing.T, query string) (instances []string) {
	t.Helper()
	for _, found := range s.query(t, query) {
		instances = append(instances, found.Metric["instance"])
	}
	return instances
}
