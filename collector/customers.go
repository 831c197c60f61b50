package collector

import (
	"context"

	"vobiz_exporter/vobiz"
)

// customer is one account, as label values and figures.
type customer struct {
	Account, Name, Country, Currency, BillingMode, KYCStatus string
	AutoRecharge, Postpaid                                   string

	Balance    vobiz.Money
	HasBalance bool
	Enabled    vobiz.Flag // enabled and active; unset where the API says neither
}

// customersRead is what one read of the customers came to.
type customersRead struct {
	tally
	customers []customer // no two with the same account
	capped    int        // customers left out, for there are too many
}

// customersReader reads the customers. It is not safe for concurrent use.
type customersReader struct {
	source Source
	names  bool // keep names
	trust  trust
}

func (r *customersReader) read(ctx context.Context) (*customersRead, error) {
	var read customersRead
	var err error
	read.tally, err = r.trust.read(func() (tally, error) {
		read.customers, read.capped = nil, 0
		seen := make(map[string]struct{})
		return sweep(r.source.Accounts(ctx), func(a *vobiz.Account) bool {
			c := newCustomer(a, r.names)
			if _, ok := seen[c.Account]; ok {
				return false
			}
			seen[c.Account] = struct{}{}
			if len(seen) > maxAccounts {
				read.capped++
				return true
			}
			read.customers = append(read.customers, c)
			return true
		})
	})
	if err != nil {
		return nil, err
	}
	return &read, nil
}

func newCustomer(a *vobiz.Account, names bool) customer {
	c := customer{
		Account:      label(a.ID),
		Country:      labelOr(a.Country, unknown),
		Currency:     labelOr(a.Currency, unknown),
		BillingMode:  label(a.BillingMode),
		KYCStatus:    label(a.KYCStatus),
		AutoRecharge: a.AutoRecharge.String(),
		Postpaid:     a.Postpaid.String(),
		Balance:      a.Balance,
		HasBalance:   a.HasBalance,
		Enabled:      both(a.Enabled, a.Active),
	}
	if names {
		c.Name = label(a.Name)
	}
	return c
}

// both is true where neither says no and one says yes.
func both(a, b vobiz.Flag) vobiz.Flag {
	switch {
	case a == vobiz.False || b == vobiz.False:
		return vobiz.False
	case a == vobiz.True || b == vobiz.True:
		return vobiz.True
	}
	return vobiz.Unset
}
