package e2e

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"vobiz_exporter/e2e/program"
	"vobiz_exporter/vobiz/vobiztest"
)

const day = 24 * time.Hour

// buildExporter builds the program under test.
func buildExporter(t *testing.T) string {
	t.Helper()
	return program.Exporter(t, root)
}

// api is a Partner API in the test's own process.
type api struct {
	*vobiztest.Server
	url string
}

func startAPI(t *testing.T, inventory *vobiztest.Inventory) *api {
	a := &api{Server: vobiztest.NewServer(inventory, vobiztest.Options{})}
	server := httptest.NewServer(a)
	t.Cleanup(func() {
		a.Clear()
		server.CloseClientConnections()
		server.Close()
	})
	a.url = server.URL
	return a
}

// anyPort is for whoever is free to choose.
const anyPort = "127.0.0.1:0"

// timeoutOffset leaves the answer the time it really takes: more than half of a
// scrape's timeout, once that is shortened.
const timeoutOffset = "--web.timeout-offset=300ms"

// startExporter runs the exporter against a. Its defaults for time are shortened as
// everything else is, by the environment, so that args can set others.
func startExporter(t *testing.T, binary string, a *api, listen string, args ...string) *program.Process {
	t.Helper()
	return start(t, []string{
		"VOBIZ_AUTH_TOKEN=" + vobiztest.DefaultAuthToken,
		"VOBIZ_EXPORTER_INVENTORY_MIN_REFRESH_INTERVAL=5s",
		"VOBIZ_EXPORTER_INVENTORY_REFRESH_TIMEOUT=15s",
		"VOBIZ_EXPORTER_INVENTORY_MAX_AGE=1m",
		"GOMAXPROCS=1",
	}, binary, append([]string{
		"--web.listen-address=" + listen, timeoutOffset,
		"--vobiz.base-url=" + a.url, "--vobiz.auth-id=" + vobiztest.DefaultAuthID, "--vobiz.rate-limit=50",
	}, args...)...)
}

// What a healthy inventory holds.
const (
	customers = 10
	perEach   = 6
)

// customer is the id of the i-th.
func customer(i int) string { return fmt.Sprintf("MA_%02d", i) }

// healthy is an inventory that nobody has to do anything about.
func healthy() *vobiztest.Inventory {
	inv := &vobiztest.Inventory{}
	for i := range customers {
		inv.Accounts = append(inv.Accounts, account(customer(i)))
		for range perEach {
			inv.Numbers = append(inv.Numbers, number(customer(i), len(inv.Numbers)))
		}
	}
	return inv
}

func account(id string) vobiztest.Account {
	return vobiztest.Account{
		ID: "id-" + id, AuthID: id, AuthToken: vobiztest.CustomerTokenMark + id, Name: "Customer " + id, Country: "IN",
		CashCredits: 100_000, PricingTier: vobiztest.PricingTier{Name: "Standard", Currency: "INR"},
		BillingMode: "prepaid", KYCStatus: "verified", IsActive: true, Enabled: true,
	}
}

func number(owner string, i int) vobiztest.Number {
	return vobiztest.Number{
		ID: fmt.Sprintf("id-%04d", i), AccountID: owner, E164: fmt.Sprintf("+9180%08d", i), Country: "IN",
		Status: "active", Currency: "INR", MonthlyFee: 100, ApplicationID: "20577609616603585", VoiceEnabled: true,
		Capabilities: vobiztest.Capabilities{Voice: true}, NextBillingDate: due(20 * day), Source: "purchased",
	}
}

// due is a billing date so far ahead.
func due(ahead time.Duration) vobiztest.Stamp { return vobiztest.At(time.Now().Add(ahead)) }

// numbersOf lets f change each number of a customer.
func numbersOf(inv *vobiztest.Inventory, owner string, f func(*vobiztest.Number)) {
	for i := range inv.Numbers {
		if inv.Numbers[i].AccountID == owner {
			f(&inv.Numbers[i])
		}
	}
}

// accountOf is the record of a customer.
func accountOf(inv *vobiztest.Inventory, id string) *vobiztest.Account {
	for i := range inv.Accounts {
		if inv.Accounts[i].AuthID == id {
			return &inv.Accounts[i]
		}
	}
	return &vobiztest.Account{}
}
