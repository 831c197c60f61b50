package collector

import (
	"slices"
	"strings"
)

// Target is a customer as service discovery sees it, as label values.
type Target struct {
	Account, Name, Country, KYCStatus string
	Enabled                           string // true, false, or empty where the API does not say
}

// Targets returns the known customers in the order of their ids; ok is false
// where there are none to speak of, or those there are are too old to be served.
func (c *Collector) Targets() (targets []Target, ok bool) {
	if c.customers == nil {
		return nil, false
	}
	s := c.customers.snapshot()
	served := s.servable(c.options.Cache.MaxAge)
	if served == nil {
		return nil, false
	}
	for _, a := range served.customers {
		targets = append(targets, Target{
			Account: a.Account, Name: a.Name, Country: a.Country, KYCStatus: a.KYCStatus, Enabled: a.Enabled.String(),
		})
	}
	slices.SortFunc(targets, func(a, b Target) int { return strings.Compare(a.Account, b.Account) })
	return targets, true
}
