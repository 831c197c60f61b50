package e2e

import (
	"net/http"
	"sync/atomic"

	"vobiz_exporter/vobiz/vobiztest"
)

// told is one notification that a fault is to bring.
type told struct {
	receiver string
	alert    string
	alerts   int    // in that one message
	text     string // in their descriptions
}

// fault is one way in which an inventory, or the way to it, is broken; each has a
// scrape job, a Partner API and an exporter to itself.
type fault struct {
	job    string
	args   []string
	strike func(*api)
	mend   func(*api)
	want   []told
	// late faults strike half an hour after the others: they are measured by what
	// was normal before, which has to outlast them.
	late bool
}

// restore is the mend of all that strikes the inventory.
func restore(a *api) {
	a.Update(func(inv *vobiztest.Inventory) {
		fresh := healthy()
		inv.Accounts, inv.Numbers = fresh.Accounts, fresh.Numbers
	})
}

func clearFaults(a *api) { a.Clear() }

// on is a change of the inventory.
func on(change func(*vobiztest.Inventory)) func(*api) {
	return func(a *api) { a.Update(change) }
}

// answering has an endpoint answer with an HTTP status.
func answering(endpoint string, status int) func(*api) {
	return func(a *api) {
		a.Inject(vobiztest.Fault{Endpoint: endpoint, Handler: vobiztest.Status(status)})
	}
}

// faults are the ways in which the alerts expect things to break.
func faults() []fault {
	return []fault{
		{
			job: "vobiz-inventory", args: []string{"--collector.detail-limit=3"}, strike: on(strikeInventory), mend: on(mendInventory),
			want: []told{
				{"pager", "VobizRenewalNotCovered", 1, "MA_01 (Customer MA_01) lacks 599.50 INR"},
				{"ticket", "VobizRenewalNotCovered", 1, "MA_02 (Customer MA_02) lacks 599.50 INR"},
				{"ticket", "VobizRenewalOverdue", 2, "MA_LATE_2"},
				{"ticket", "VobizNumbersBlocked", 1, "MA_03 (2), MA_04 (1)"},
				{"ticket", "VobizAadhaarUnverified", 1, "MA_05 (6)"},
				{"ticket", "VobizNumbersNotRouted", 1, "MA_06 (1)"},
				{"ticket", "VobizCustomerWithoutActiveNumber", 1, "MA_NEW"},
				{"ticket", "VobizInventoryIncomplete", 1, "could not understand: 2"},
			},
		},
		{
			job: "vobiz-routes", strike: on(strikeRoutes), mend: restore,
			want: []told{{"pager", "VobizNumbersNotRouted", 2, "neither application nor trunk any more: 6"}},
		},
		{
			job: "vobiz-customer", strike: on(strikeCustomer), mend: restore,
			want: []told{{"pager", "VobizCustomerWithoutActiveNumber", 1, "MA_01 (Customer MA_01)"}},
		},
		{
			job: "vobiz-shrank", strike: on(shrinkTo(2)), mend: restore, late: true,
			want: []told{{"pager", "VobizInventoryShrank", 1, "Numbers of job vobiz-shrank: 18, 70% fewer than the 60"}},
		},
		{
			job: "vobiz-shrank-some", strike: on(shrinkTo(perEach - 1)), mend: restore, late: true,
			want: []told{{"ticket", "VobizInventoryShrank", 1, "Numbers of job vobiz-shrank-some: 50, 16.67% fewer than the 60"}},
		},
		{
			job:    "vobiz-credentials",
			strike: func(a *api) { a.SetCredentials(vobiztest.DefaultAuthID, "rotated") },
			mend:   func(a *api) { a.SetCredentials(vobiztest.DefaultAuthID, vobiztest.DefaultAuthToken) },
			want:   []told{{"pager", "VobizCredentialsRejected", 1, "401 or 403 for numbers"}},
		},
		{
			job: "vobiz-customers-refused", strike: answering(vobiztest.EndpointAccounts, http.StatusForbidden), mend: clearFaults,
			want: []told{{"ticket", "VobizCredentialsRejected", 1, "401 or 403 for accounts"}},
		},
		{
			job: "vobiz-stale", args: []string{"--inventory.max-age=30s"},
			strike: answering(vobiztest.EndpointNumbers, http.StatusInternalServerError), mend: clearFaults,
			want: []told{
				{"ticket", "VobizApiErrors", 1, "500"},
				{"ticket", "VobizInventoryStale", 1, "can read the numbers. The last good read was"},
				{"pager", "VobizInventoryStale", 1, "Nobody watches the phone numbers"},
			},
		},
		{
			job: "vobiz-customers-stale", args: []string{"--inventory.max-age=30s"},
			strike: answering(vobiztest.EndpointAccounts, http.StatusBadGateway), mend: clearFaults,
			want: []told{
				{"ticket", "VobizApiErrors", 1, "502"},
				{"ticket", "VobizInventoryStale", 1, "can read the accounts. The last good read was"},
			},
		},
		{
			job: "vobiz-api", args: []string{"--inventory.min-refresh-interval=1s"}, strike: strikeAPI, mend: clearFaults,
			want: []told{
				{"ticket", "VobizApiErrors", 1, "503"},
				{"ticket", "VobizApiRateLimited", 1, "for numbers"},
			},
		},
	}
}

// strikeInventory does all that an inventory can hold at a time without one thing
// hiding another.
func strikeInventory(inv *vobiztest.Inventory) {
	next := len(inv.Numbers)
	add := func(n vobiztest.Number) {
		inv.Numbers = append(inv.Numbers, n)
		next++
	}
	accountOf(inv, customer(1)).CashCredits = 0.5
	numbersOf(inv, customer(1), func(n *vobiztest.Number) { n.NextBillingDate = due(day * 3 / 2) })
	accountOf(inv, customer(2)).CashCredits = 0.5
	numbersOf(inv, customer(2), func(n *vobiztest.Number) { n.NextBillingDate = due(10 * day) })
	// Who comes with a debt: of the others it is known that they had none six
	// hours ago.
	for _, id := range []string{"MA_LATE_1", "MA_LATE_2"} {
		inv.Accounts = append(inv.Accounts, account(id))
		late := number(id, next)
		late.NextBillingDate = due(-day)
		add(late)
	}
	for _, i := range []int{3 * perEach, 3*perEach + 1, 4 * perEach} {
		inv.Numbers[i].IsBlocked = true
	}
	numbersOf(inv, customer(5), func(n *vobiztest.Number) { n.AadhaarVerificationRequired = true })
	bought := number(customer(6), next)
	bought.ApplicationID = ""
	add(bought)
	inv.Accounts = append(inv.Accounts, account("MA_NEW"))
	for _, text := range []string{`{"id":null,"e164":"+918000000000"}`, `"?"`} {
		odd := number(customer(7), next)
		odd.Raw = []byte(text)
		add(odd)
	}
}

// mendInventory leaves those who came in debt, and takes the debt from them.
func mendInventory(inv *vobiztest.Inventory) {
	fresh := healthy()
	for _, id := range []string{"MA_LATE_1", "MA_LATE_2"} {
		fresh.Accounts = append(fresh.Accounts, account(id))
		fresh.Numbers = append(fresh.Numbers, number(id, len(fresh.Numbers)))
	}
	inv.Accounts, inv.Numbers = fresh.Accounts, fresh.Numbers
}

// strikeRoutes has two customers lose their application, a third buy a number
// without, and a disabled one lose a route that nobody misses.
func strikeRoutes(inv *vobiztest.Inventory) {
	for _, i := range []int{1, 2, 4} {
		numbersOf(inv, customer(i), func(n *vobiztest.Number) { n.ApplicationID = "" })
	}
	accountOf(inv, customer(4)).Enabled = false
	bought := number(customer(3), len(inv.Numbers))
	bought.ApplicationID = ""
	inv.Numbers = append(inv.Numbers, bought)
}

func strikeCustomer(inv *vobiztest.Inventory) {
	numbersOf(inv, customer(1), func(n *vobiztest.Number) { n.Status = "suspended" })
}

// shrinkTo leaves each customer so many numbers; of two or fewer, the first
// customer none at all.
func shrinkTo(each int) func(*vobiztest.Inventory) {
	return func(inv *vobiztest.Inventory) {
		var left []vobiztest.Number
		for i, n := range inv.Numbers {
			lost := i%perEach >= each || each <= 2 && i < perEach
			if !lost {
				left = append(left, n)
			}
		}
		inv.Numbers = left
	}
}

// strikeAPI has one in four requests fail, and one in four meet the rate limit;
// with retries every read succeeds.
func strikeAPI(a *api) {
	var requests atomic.Int64
	a.Inject(vobiztest.Fault{Endpoint: vobiztest.EndpointNumbers, Handler: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		switch requests.Add(1) % 4 {
		case 0:
			vobiztest.Status(http.StatusServiceUnavailable)(w, r, next)
		case 2:
			vobiztest.RateLimited("")(w, r, next)
		default:
			next.ServeHTTP(w, r)
		}
	}})
}
