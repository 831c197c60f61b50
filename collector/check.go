package collector

import (
	"context"
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"vobiz_exporter/vobiz"
)

// Finding is one problem of one number or customer. Strings are label values,
// and empty where they do not apply.
type Finding struct {
	Problem Problem
	Account string // the customer's id; "unassigned" for the number of none
	Name    string // the customer's, where names are kept
	Number  string // as the number label holds it
	Country string // the number's

	// Of RenewalNotCovered: the fees of the renewals ahead, the wallet, and the
	// currency of both.
	Fees, Balance vobiz.Money
	Currency      string

	// Of InventoryIncomplete: how many items of which endpoint.
	Items    int
	Endpoint string
}

// Report is what a partner's whole inventory looks like at one time.
type Report struct {
	At            time.Time // the end of the read
	Numbers       int       // different ones
	Customers     int       // different ones
	CustomersRead bool      // whether the customers were looked at, too
	LookedFor     []Problem // all that can be found, but for Only
	Findings      []Finding // by problem in the order of Problems, then by account and number
}

// Count is how many findings there are of one problem.
type Count struct {
	Problem  Problem
	Findings int // at least 1
}

// Counts tells of every problem that was found, in the order of Problems.
func (r *Report) Counts() (counts []Count) {
	for _, f := range r.Findings {
		last := len(counts) - 1
		if last < 0 || counts[last].Problem != f.Problem {
			counts = append(counts, Count{Problem: f.Problem})
			last++
		}
		counts[last].Findings++
	}
	return counts
}

// Sought are the problems that Check can find under the options.
func Sought(o Options) []Problem {
	if o.Accounts {
		return Problems()
	}
	return slices.DeleteFunc(Problems(), func(p Problem) bool { return p == RenewalNotCovered || p == NoActiveNumber })
}

// Only leaves out every problem that is not wanted.
func (r *Report) Only(wanted []Problem) {
	r.LookedFor = wanted
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool { return !slices.Contains(wanted, f.Problem) })
}

// Check reads everything once, as a Collector does, and says what wants
// attention. Of the options it follows Accounts, AccountNames, the kind of number
// label and the refresh timeout; within is how far ahead renewals are looked at.
// It errs where either list cannot be read.
func Check(ctx context.Context, source Source, o Options, within Window) (*Report, error) {
	fold := FoldOptions{
		Windows: []Window{within}, DetailLimit: maxNumbers, NumbersByID: o.Fold.NumbersByID, ByAccount: true, ProblemsOnly: true,
	}
	before := trust{items: 1} // an empty list is read twice, as if there had been one that was not
	numbers := &numbersReader{pages: source.Numbers, options: fold, seed: maphash.MakeSeed(), trust: before}
	customers := &customersReader{source: source, names: o.AccountNames, trust: before}
	c := checked{customers: &customersRead{}, within: within}

	ctx, cancel := inTime(ctx, o.Cache.RefreshTimeout)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		c.numbers, err = numbers.read(ctx)
		return err
	})
	if o.Accounts {
		group.Go(func() (err error) {
			c.customers, err = customers.read(ctx)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return &Report{
		At: time.Now(), Numbers: c.numbers.Distinct, Customers: c.customers.Distinct,
		CustomersRead: o.Accounts, LookedFor: Sought(o), Findings: c.findings(),
	}, nil
}

// checked is what Check has read.
type checked struct {
	numbers   *inventoryRead
	customers *customersRead
	within    Window
}

func (c *checked) findings() []Finding {
	found := slices.Concat(c.incomplete(), c.ofCustomers(), c.ofNumbers())
	order := Problems()
	slices.SortStableFunc(found, func(a, b Finding) int {
		return slices.Index(order, a.Problem) - slices.Index(order, b.Problem)
	})
	return found
}

func (c *checked) incomplete() (found []Finding) {
	for endpoint, items := range map[vobiz.Endpoint]int{
		vobiz.EndpointNumbers:  c.numbers.missing(),
		vobiz.EndpointAccounts: c.customers.missing() + c.customers.capped,
	} {
		if items > 0 {
			found = append(found, Finding{Problem: InventoryIncomplete, Items: items, Endpoint: string(endpoint)})
		}
	}
	slices.SortFunc(found, func(a, b Finding) int { return strings.Compare(b.Endpoint, a.Endpoint) })
	return found
}

// ofCustomers looks at wallets and at who cannot be called, by the conditions of
// the alerts VobizRenewalNotCovered and VobizCustomerWithoutActiveNumber.
func (c *checked) ofCustomers() (found []Finding) {
	due := renewalFees([]Window{c.within})
	fees := due.sums(c.numbers.Inventory)
	customers := slices.SortedFunc(slices.Values(c.customers.customers), func(a, b customer) int {
		return strings.Compare(a.Account, b.Account)
	})
	for _, a := range customers {
		ahead := vobiz.Money(fees[[maxSumLabels]string{a.Account, a.Currency, c.within.Label}])
		if a.paysAhead() && ahead > 0 && ahead > a.Balance {
			found = append(found, Finding{
				Problem: RenewalNotCovered, Account: a.Account, Name: a.Name,
				Fees: ahead, Balance: a.Balance, Currency: a.Currency,
			})
		}
		if a.Enabled == vobiz.True && c.numbers.active(a.Account) == 0 {
			found = append(found, Finding{Problem: NoActiveNumber, Account: a.Account, Name: a.Name})
		}
	}
	return found
}

// paysAhead says whether the customer's numbers hang on what its wallet holds.
func (c *customer) paysAhead() bool {
	return c.HasBalance && c.BillingMode == "prepaid" && c.AutoRecharge == vobiz.False.String() &&
		c.Postpaid != vobiz.True.String() && c.Enabled != vobiz.False
}

func (c *checked) ofNumbers() []Finding {
	names := make(map[string]string)
	for _, a := range c.customers.customers {
		names[a.Account] = a.Name
	}
	found := make([]Finding, 0, len(c.numbers.Problems))
	for _, p := range c.numbers.Problems {
		found = append(found, Finding{
			Problem: Problem(p.Key.Problem), Account: p.Key.Account, Name: names[p.Key.Account],
			Number: p.Key.Number, Country: p.Key.Country,
		})
	}
	return found
}
