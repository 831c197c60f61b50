package collector

import "time"

// Status is what there is to know of one endpoint's data, whatever it holds.
type Status struct {
	Endpoint   string        // numbers or accounts
	Finished   bool          // there has been a read
	Up         bool          // the last one succeeded
	Took       time.Duration // how long it took
	TooSlow    bool          // longer than the minimum interval
	Err        error         // why it failed, nil where it did not
	Refreshing bool          // one is under way
	HasData    bool          // one has succeeded; only then the rest is set
	At         time.Time     // when it was over
	Served     bool          // the data is young enough to be served
	Items      int           // numbers or customers in it

	successes, failures uint64 // reads
}

// Age is how old the data is now.
func (s Status) Age() time.Duration { return time.Since(s.At).Round(time.Second) }

// Ready says whether there is an inventory to serve.
func (c *Collector) Ready() bool {
	s := c.numbers.snapshot()
	return s.servable(c.options.Cache.MaxAge) != nil
}

// Statuses tells of the numbers and, where they are read, the customers.
func (c *Collector) Statuses() []Status {
	list := []Status{c.numbersStatus(c.numbers.snapshot())}
	if c.customers != nil {
		list = append(list, c.customersStatus(c.customers.snapshot()))
	}
	return list
}

func (c *Collector) numbersStatus(s cacheState[numbersView]) Status {
	status := s.status(c.numbers.name, c.options.Cache.MaxAge)
	if s.value != nil {
		status.Items = s.value.Distinct
	}
	status.TooSlow = s.took > c.options.Cache.MinRefreshInterval && c.options.Cache.MinRefreshInterval > 0
	return status
}

func (c *Collector) customersStatus(s cacheState[customersView]) Status {
	status := s.status(c.customers.name, c.options.Cache.MaxAge)
	if s.value != nil {
		status.Items = s.value.Distinct
	}
	return status
}

func (s *cacheState[T]) status(endpoint string, maxAge time.Duration) Status {
	return Status{
		Endpoint: endpoint, Finished: s.finished, Up: s.up, Took: s.took, Err: s.err, Refreshing: s.refreshing,
		HasData: s.value != nil, At: s.at, Served: s.servable(maxAge) != nil,
		successes: s.successes, failures: s.failures,
	}
}
