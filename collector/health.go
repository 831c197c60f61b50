package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func (c *Collector) collectHealth(ch chan<- prometheus.Metric, s Status, now time.Time) {
	d := c.descs
	ch <- d.gauge(upID, float64(one(s.Up)), s.Endpoint)
	ch <- d.gauge(refreshingID, float64(one(s.Refreshing)), s.Endpoint)
	ch <- d.counter(refreshesID, float64(s.successes), s.Endpoint, "success")
	ch <- d.counter(refreshesID, float64(s.failures), s.Endpoint, "error")
	if s.Finished {
		ch <- d.gauge(refreshDurationID, s.Took.Seconds(), s.Endpoint)
	}
	if s.HasData {
		ch <- d.gauge(lastSuccessID, unixSeconds(s.At.UnixMicro()), s.Endpoint)
		ch <- d.gauge(ageID, now.Sub(s.At).Seconds(), s.Endpoint)
	}
}

// collectNumbersHealth tells of the flags, and of the last good read of the
// numbers.
func (c *Collector) collectNumbersHealth(ch chan<- prometheus.Metric, last *numbersView) {
	d := c.descs
	ch <- d.gauge(minIntervalID, c.options.Cache.MinRefreshInterval.Seconds())
	ch <- d.gauge(maxAgeID, c.options.Cache.MaxAge.Seconds())
	var added, removed int
	if last != nil {
		added, removed = last.added, last.removed
		ch <- d.gauge(reportedTotalID, float64(last.Total))
		c.collectItems(ch, "numbers", last.tally, last.Capped)
	}
	ch <- d.counter(addedID, float64(added))
	ch <- d.counter(removedID, float64(removed))
}

func (c *Collector) collectItems(ch chan<- prometheus.Metric, endpoint string, t tally, capped int) {
	ch <- c.descs.gauge(duplicatesID, float64(t.Duplicates), endpoint)
	ch <- c.descs.gauge(rejectedID, float64(t.Rejected), endpoint)
	ch <- c.descs.gauge(cappedID, float64(capped), endpoint)
}

func unixSeconds(micro int64) float64 { return float64(micro) / 1e6 }
