package collector

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// gathered are families as a registry gathers them: checked, and in order.
type gathered []*dto.MetricFamily

// collectFunc is a collector that leaves all checks to gathering.
type collectFunc func(ch chan<- prometheus.Metric)

// Describe implements prometheus.Collector.
func (collectFunc) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (f collectFunc) Collect(ch chan<- prometheus.Metric) { f(ch) }

// gather checks and sorts what is collected.
func gather(collect collectFunc) (gathered, error) {
	registry := prometheus.NewRegistry()
	if err := registry.Register(collect); err != nil {
		return nil, err
	}
	return registry.Gather()
}

// merge brings families together in the order of their names, none of which may
// be in two of the lists.
func merge(lists ...gathered) gathered {
	all := slices.Concat(lists...)
	slices.SortFunc(all, func(a, b *dto.MetricFamily) int { return strings.Compare(a.GetName(), b.GetName()) })
	return all
}

// Gatherer gathers what others does, and the collector's own families. What holds
// as long as an inventory is served was gathered when it was read, and is handed
// out as it is; the rest is made at each pull. It reads nothing.
func (c *Collector) Gatherer(others prometheus.Gatherer) prometheus.Gatherer {
	return prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
		now := time.Now()
		p := pull{numbers: c.numbers.snapshot()}
		served := gathered(nil)
		if view := p.numbers.servable(c.options.Cache.MaxAge); view != nil {
			served = view.fixed
		}
		if c.customers != nil {
			p.customers = c.customers.snapshot()
			if view := p.customers.servable(c.options.Cache.MaxAge); view != nil {
				served = merge(served, view.fixed)
			}
		}
		moving, err := gather(func(ch chan<- prometheus.Metric) { c.collect(ch, &p, now) })
		rest, err2 := others.Gather()
		return merge(rest, moving, served), errors.Join(err, err2)
	})
}

// pull is the state of the caches at one pull.
type pull struct {
	numbers   cacheState[numbersView]
	customers cacheState[customersView]
}

// collect makes what may differ from one pull to the next.
func (c *Collector) collect(ch chan<- prometheus.Metric, p *pull, now time.Time) {
	c.collectHealth(ch, c.numbersStatus(p.numbers), now)
	c.collectNumbersHealth(ch, p.numbers.value)
	numbers := p.numbers.servable(c.options.Cache.MaxAge)
	if numbers != nil {
		sendMoments(ch, numbers.moments, now)
	}
	if c.customers == nil {
		return
	}
	c.collectHealth(ch, c.customersStatus(p.customers), now)
	if last := p.customers.value; last != nil {
		c.collectItems(ch, "accounts", last.tally, last.capped)
	}
	if customers := p.customers.servable(c.options.Cache.MaxAge); customers != nil && numbers != nil {
		c.sendActive(ch, numbers, customers)
	}
}
