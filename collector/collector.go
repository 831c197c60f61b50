package collector

import (
	"context"
	"hash/maphash"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"
)

// Options says what to collect and how often to read it.
type Options struct {
	Fold         FoldOptions
	Cache        CacheOptions
	Accounts     bool // read the customers too
	AccountNames bool // keep their names

	StateFile string // where the last good data outlives a restart; empty for none
	Partner   string // whose data it is: that of another is not taken up
}

// Collector serves the inventory of a partner as metrics. A pull first calls
// Await, which reads the API where that is due, and then gathers.
type Collector struct {
	options Options
	exposer
	logger    log.Logger
	runner    *runner
	numbers   *cache[numbersView]
	customers *cache[customersView] // nil without customers
	store     *store                // nil without a state file
}

// New returns a collector that reads from source. It reads nothing until Run.
func New(source Source, options Options, logger log.Logger) *Collector {
	c := &Collector{options: options, exposer: newExposer(options.Fold), logger: logger, runner: newRunner()}
	numbers := &numbersReader{pages: source.Numbers, options: options.Fold, seed: maphash.MakeSeed()}
	wasCapped := false
	c.numbers = newCache("numbers", options.Cache, logger, c.runner, func(ctx context.Context) (*numbersView, error) {
		read, err := numbers.read(ctx)
		if err != nil {
			return nil, err
		}
		c.reportCapped("numbers", read.Capped, &wasCapped)
		return c.numbersView(read), nil
	})
	customers := &customersReader{source: source, names: options.AccountNames}
	if options.Accounts {
		c.customers = c.newCustomers(customers)
	}
	if options.StateFile != "" {
		c.store = newStore(options, logger)
		c.resume(numbers, customers)
	}
	return c
}

func (c *Collector) newCustomers(reader *customersReader) *cache[customersView] {
	wasCapped := false
	return newCache("accounts", c.options.Cache, c.logger, c.runner, func(ctx context.Context) (*customersView, error) {
		read, err := reader.read(ctx)
		if err != nil {
			return nil, err
		}
		c.reportCapped("accounts", read.capped, &wasCapped)
		return c.customersView(read), nil
	})
}

// reportCapped logs when values begin to be too many, and when that ends.
func (c *Collector) reportCapped(endpoint string, count int, capped *bool) {
	if (count > 0) == *capped {
		return
	}
	*capped = count > 0
	if *capped {
		level.Warn(c.logger).Log("msg", "too many different values in the inventory: the rest is not told apart", "endpoint", endpoint, "items", count)
		return
	}
	level.Info(c.logger).Log("msg", "the inventory's values are no longer too many", "endpoint", endpoint)
}

// Run reads whenever a pull wants it, until ctx is done, and returns when no read
// is under way any more. Call it once.
func (c *Collector) Run(ctx context.Context) { c.runner.run(ctx) }

// Begin starts the reads that are due, once Run has begun, and does not wait for
// them.
func (c *Collector) Begin() {
	c.numbers.begin()
	if c.customers != nil {
		c.customers.begin()
	}
}

// Await returns once the data is younger than the minimum refresh interval, or
// the reads that this calls for are over, or ctx is done.
func (c *Collector) Await(ctx context.Context) {
	var group sync.WaitGroup
	defer group.Wait()
	if c.customers != nil {
		group.Go(func() { c.customers.await(ctx) })
	}
	c.numbers.await(ctx)
}

// AwaitCustomers is Await for the customers alone.
func (c *Collector) AwaitCustomers(ctx context.Context) {
	if c.customers != nil {
		c.customers.await(ctx)
	}
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range c.descs[:apiRequestsID] {
		ch <- d.desc
	}
}

// Collect implements prometheus.Collector. It reads nothing.
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	now := time.Now()
	numbers := c.numbers.snapshot()
	c.collectHealth(ch, c.numbersStatus(numbers), now)
	c.collectNumbersHealth(ch, numbers.value)
	inventory := numbers.servable(c.options.Cache.MaxAge)
	if inventory != nil {
		send(ch, inventory.metrics)
		sendMoments(ch, inventory.moments, now)
	}
	if c.customers == nil {
		return
	}
	customers := c.customers.snapshot()
	c.collectHealth(ch, c.customersStatus(customers), now)
	if customers.value != nil {
		c.collectItems(ch, "accounts", customers.value.tally, customers.value.capped)
	}
	if served := customers.servable(c.options.Cache.MaxAge); served != nil {
		send(ch, served.metrics)
		if inventory != nil {
			c.sendActive(ch, inventory, served)
		}
	}
}

func send(ch chan<- prometheus.Metric, metrics []prometheus.Metric) {
	for _, m := range metrics {
		ch <- m
	}
}
