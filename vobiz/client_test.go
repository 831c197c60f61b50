package vobiz_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"vobiz_exporter/vobiz"
	"vobiz_exporter/vobiz/vobiztest"

	"github.com/google/go-cmp/cmp"
)

// expected is a number as the client should see it, made without the client.
func expected(n vobiztest.Number) vobiz.Number {
	micros := func(units float64) vobiz.Money { return vobiz.Money(units * 1e6) }
	return vobiz.Number{
		ID: n.ID, AccountID: n.AccountID, E164: n.E164, Country: n.Country, Status: n.Status,
		Currency: n.Currency, Capabilities: vobiz.Capabilities(n.Capabilities),
		MonthlyFee: micros(n.MonthlyFee), SetupFee: micros(n.SetupFee), NextBilling: n.NextBillingDate.Time(),
		HasApplication: n.ApplicationID != "", HasTrunk: n.TrunkGroupID != "",
		VoiceDisabled: !n.VoiceEnabled, Blocked: n.IsBlocked, Trial: n.IsTrialNumber,
		AadhaarRequired: n.AadhaarVerificationRequired, AadhaarVerified: n.AadhaarVerified,
	}
}

func sameNumber(t *testing.T, want, got vobiz.Number) {
	t.Helper()
	if !want.NextBilling.Equal(got.NextBilling) {
		t.Errorf("%s: next billing %v, want %v", want.ID, got.NextBilling, want.NextBilling)
	}
	want.NextBilling, got.NextBilling = time.Time{}, time.Time{}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", want.ID, d)
	}
}

func TestNumbersReadsEveryPageOnce(t *testing.T) {
	inv := inventoryOf(2503)
	want := make(map[string]vobiz.Number)
	for _, n := range inv.Numbers {
		want[n.ID] = expected(n)
	}
	api := vobiztest.NewServer(inv, vobiztest.Options{})
	client := newClient(t, config(serve(t, api)))
	got, err := numbersByID(client.Numbers(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Errorf("%d numbers, want %d", len(got), len(want))
	}
	for id, n := range want {
		sameNumber(t, n, got[id])
	}
	if n := api.Count(""); n != 26 {
		t.Errorf("%d requests, want 26", n)
	}
}

func TestAccountsLeavesSecretsBehind(t *testing.T) {
	inv := inventoryOf(100)
	client := newClient(t, config(serve(t, vobiztest.NewServer(inv, vobiztest.Options{}))))
	count := 0
	for page, err := range client.Accounts(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range page.Items {
			want := inv.Accounts[count]
			enabled := vobiz.False
			if want.Enabled {
				enabled = vobiz.True
			}
			if a.ID != want.AuthID || a.Name != want.Name || a.Enabled != enabled ||
				!a.HasBalance || a.Balance.Units() != want.CashCredits || a.Currency != want.PricingTier.Currency {
				t.Errorf("account %d: %+v is not %+v", i, a, want)
			}
			count++
		}
	}
	if count != 40 {
		t.Errorf("%d accounts, want 40", count)
	}
}

func TestAccountNumbers(t *testing.T) {
	inv := inventoryOf(500)
	client := newClient(t, config(serve(t, vobiztest.NewServer(inv, vobiztest.Options{}))))
	account := inv.Numbers[0].AccountID
	want := 0
	for _, n := range inv.Numbers {
		if n.AccountID == account {
			want++
		}
	}
	got, err := numbersByID(client.AccountNumbers(t.Context(), account))
	if err != nil || len(got) != want {
		t.Errorf("%d numbers, %v; want %d", len(got), err, want)
	}
	if _, err := numbersByID(client.AccountNumbers(t.Context(), "MA_../../NOBODY?x=1")); !errors.Is(err, vobiz.ErrNotFound) {
		t.Errorf("an unknown customer: %v, want ErrNotFound", err)
	}
}

// TestBelievesTheServer lets the server hold fewer on a page than asked, at
// sizes around the ends of pages.
func TestBelievesTheServer(t *testing.T) {
	for _, c := range []struct{ numbers, perPage, requests int }{
		{0, 100, 1}, {1, 100, 1}, {100, 100, 1}, {101, 100, 2}, {200, 100, 2}, {250, 50, 5}, {251, 50, 6}, {7, 1, 7},
	} {
		api := vobiztest.NewServer(inventoryOf(c.numbers), vobiztest.Options{MaxPerPage: c.perPage})
		client := newClient(t, config(serve(t, api)))
		got, err := numbersByID(client.Numbers(t.Context()))
		if err != nil || len(got) != c.numbers || api.Count("") != c.requests {
			t.Errorf("%+v: %d numbers in %d requests, %v", c, len(got), api.Count(""), err)
		}
	}
}

func TestStopsWhenTheReaderDoes(t *testing.T) {
	api := vobiztest.NewServer(inventoryOf(2500), vobiztest.Options{})
	client := newClient(t, config(serve(t, api)))
	pages := 0
	for range client.Numbers(t.Context()) {
		if pages++; pages == 3 {
			break
		}
	}
	if n := api.Count(""); n > 3+4+1 {
		t.Errorf("%d requests for three pages and four workers", n)
	}
}

// TestErrors has each fault meet page 2 for good, and says what becomes of it.
func TestErrors(t *testing.T) {
	other := serve(t, vobiztest.NewServer(inventoryOf(100), vobiztest.Options{}))
	for _, c := range []struct {
		name    string
		fault   vobiztest.Answer
		want    error
		says    string
		retries map[vobiz.RetryReason]int
	}{
		{"400", vobiztest.Status(400), nil, "400", nil},
		{"401", vobiztest.Status(401), vobiz.ErrCredentials, "401", nil},
		{"403", vobiztest.Status(403), vobiz.ErrCredentials, "403", nil},
		{"404", vobiztest.Status(404), vobiz.ErrNotFound, "404", nil},
		{"429", vobiztest.RateLimited(""), vobiz.ErrRateLimited, "429", map[vobiz.RetryReason]int{vobiz.RetryRateLimited: 2}},
		{"429 nonsense", vobiztest.RateLimited("soon"), vobiz.ErrRateLimited, "429", map[vobiz.RetryReason]int{vobiz.RetryRateLimited: 2}},
		{"500", vobiztest.Status(500), nil, "500", map[vobiz.RetryReason]int{vobiz.RetryServerError: 2}},
		{"502 html", vobiztest.HTML(502), nil, "502", map[vobiz.RetryReason]int{vobiz.RetryServerError: 2}},
		{"503", vobiztest.Status(503), nil, "503", map[vobiz.RetryReason]int{vobiz.RetryServerError: 2}},
		{"html", vobiztest.HTML(200), vobiz.ErrBadBody, "text/html", map[vobiz.RetryReason]int{vobiz.RetryBadBody: 2}},
		{"list", vobiztest.JSON(`[]`), vobiz.ErrBadBody, "shape", map[vobiz.RetryReason]int{vobiz.RetryBadBody: 2}},
		{"items an object", vobiztest.JSON(`{"items":{},"page":2,"per_page":100,"total":250}`), vobiz.ErrBadBody, "shape", map[vobiz.RetryReason]int{vobiz.RetryBadBody: 2}},
		{"no items", vobiztest.JSON(`{"page":2,"per_page":100,"total":250}`), vobiz.ErrBadBody, "items", map[vobiz.RetryReason]int{vobiz.RetryBadBody: 2}},
		{"two values", vobiztest.JSON(`{"items":[],"page":2,"per_page":100,"total":250}{}`), vobiz.ErrBadBody, "more than one", map[vobiz.RetryReason]int{vobiz.RetryBadBody: 2}},
		{"cut JSON", vobiztest.JSON(`{"items":[{"id":"a"`), vobiz.ErrBadBody, "too early", map[vobiz.RetryReason]int{vobiz.RetryBadBody: 2}},
		{"total a word", vobiztest.Total(`"many"`), vobiz.ErrBadBody, "shape", map[vobiz.RetryReason]int{vobiz.RetryBadBody: 2}},
		{"total negative", vobiztest.Total(`-1`), vobiz.ErrBadBody, "-1", map[vobiz.RetryReason]int{vobiz.RetryBadBody: 2}},
		{"total null", vobiztest.Total(`null`), vobiz.ErrBadBody, "no total", map[vobiz.RetryReason]int{vobiz.RetryBadBody: 2}},
		{"other page", vobiztest.JSON(`{"items":[],"page":1,"per_page":100,"total":250}`), vobiz.ErrBadBody, "says page 1", map[vobiz.RetryReason]int{vobiz.RetryBadBody: 2}},
		{"other size", vobiztest.PerPage(50), vobiz.ErrInconsistent, "50 items a page", nil},
		{"empty in between", vobiztest.EmptyPage(), vobiz.ErrInconsistent, "page 2 is empty", nil},
		{"truncated", vobiztest.Truncated(), nil, "middle of the answer", map[vobiz.RetryReason]int{vobiz.RetryNetwork: 2}},
		{"reset", vobiztest.Reset(), nil, "", map[vobiz.RetryReason]int{vobiz.RetryNetwork: 2}},
		{"gzip bomb", vobiztest.GzipBomb(1 << 30), vobiz.ErrBadBody, "larger than 4 MiB", map[vobiz.RetryReason]int{vobiz.RetryBadBody: 2}},
		{"endless", vobiztest.Endless(10 << 30), vobiz.ErrBadBody, "more than 1000 items", map[vobiz.RetryReason]int{vobiz.RetryBadBody: 2}},
		{"redirect", vobiztest.Redirect(other), nil, "redirects are refused", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			api := vobiztest.NewServer(inventoryOf(250), vobiztest.Options{})
			api.Inject(vobiztest.Fault{Page: 2, Handler: c.fault})
			var log hookLog
			conf := config(serve(t, api))
			conf.Hooks = log.hooks()
			_, err := numbersByID(newClient(t, conf).Numbers(t.Context()))
			if err == nil || (c.want != nil && !errors.Is(err, c.want)) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %q, want %v and the words %q", err, c.want, c.says)
			}
			if c.retries == nil {
				c.retries = map[vobiz.RetryReason]int{}
			}
			if d := cmp.Diff(c.retries, log.retried()); d != "" {
				t.Errorf("retries (-want +got):\n%s", d)
			}
		})
	}
}

// TestHeals has each fault meet a page once: the retry brings the whole list.
func TestHeals(t *testing.T) {
	for name, fault := range map[string]vobiztest.Answer{
		"429": vobiztest.RateLimited("0"), "500": vobiztest.Status(500), "html": vobiztest.HTML(200),
		"truncated": vobiztest.Truncated(), "reset": vobiztest.Reset(), "cut": vobiztest.JSON(`{"items":[`),
	} {
		for page := 1; page <= 3; page++ {
			api := vobiztest.NewServer(inventoryOf(250), vobiztest.Options{})
			api.Inject(vobiztest.Fault{Page: page, Times: 1, Handler: fault})
			got, err := numbersByID(newClient(t, config(serve(t, api))).Numbers(t.Context()))
			if err != nil || len(got) != 250 {
				t.Errorf("%s on page %d: %d numbers, %v", name, page, len(got), err)
			}
		}
	}
}

// TestLyingTotal: a list that ends early or never ends by its total costs no
// more than a few requests beyond its real end, and keeps what it brought.
func TestLyingTotal(t *testing.T) {
	for _, total := range []string{"2600", "1000000000000000"} {
		api := vobiztest.NewServer(inventoryOf(250), vobiztest.Options{})
		api.Inject(vobiztest.Fault{Handler: vobiztest.Total(total)})
		got, err := numbersByID(newClient(t, config(serve(t, api))).Numbers(t.Context()))
		if err != nil || len(got) != 250 {
			t.Errorf("total %s: %d numbers, %v", total, len(got), err)
		}
		if n := api.Count(""); n > 3+3+4 {
			t.Errorf("total %s: %d requests", total, n)
		}
	}
}

// TestRejectsItemsNotPages serves items that cannot be understood among others.
func TestRejectsItemsNotPages(t *testing.T) {
	inv := inventoryOf(0)
	for _, raw := range []string{
		`{"id":"good","e164":"+1","monthly_fee":"12.50","next_billing_date":"2026-04-02T00:00:00.5+05:30","capabilities":null,"voice_enabled":null}`,
		`{"id":"numeric ids","account_id":77,"e164":911}`,
		`{"id":"year one","next_billing_date":"0001-01-01T00:00:00Z"}`,
		`null`, `17`, `"text"`, `[]`, `{}`, `{"id":""}`, `{"id":null}`,
		`{"id":"a","monthly_fee":"a lot"}`, `{"id":"b","monthly_fee":{}}`, `{"id":"c","monthly_fee":1e300}`,
		`{"id":"d","next_billing_date":"tomorrow"}`, `{"id":"e","capabilities":[]}`, `{"id":"f","is_blocked":"yes"}`,
		`{"id":["g"]}`, `{"id":"h","capabilities":{"voice":1}}`,
	} {
		inv.Numbers = append(inv.Numbers, vobiztest.Number{Raw: []byte(raw)})
	}
	client := newClient(t, config(serve(t, vobiztest.NewServer(inv, vobiztest.Options{}))))
	rejected := 0
	got := make(map[string]vobiz.Number)
	for page, err := range client.Numbers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		rejected += page.Rejected
		for _, n := range page.Items {
			got[n.ID] = n
		}
	}
	if rejected != 15 || len(got) != 3 {
		t.Errorf("%d rejected and %d taken, want 15 and 3: %v", rejected, len(got), got)
	}
	sameNumber(t, vobiz.Number{
		ID: "good", E164: "+1", MonthlyFee: 12_500_000,
		NextBilling: time.Date(2026, 4, 1, 18, 30, 0, 5e8, time.UTC),
	}, got["good"])
	sameNumber(t, vobiz.Number{ID: "numeric ids", AccountID: "77", E164: "911"}, got["numeric ids"])
	sameNumber(t, vobiz.Number{ID: "year one"}, got["year one"])
}

// TestRedirectKeepsCredentials: the place that a redirect names hears nothing.
func TestRedirectKeepsCredentials(t *testing.T) {
	elsewhere := vobiztest.NewServer(inventoryOf(10), vobiztest.Options{})
	api := vobiztest.NewServer(inventoryOf(10), vobiztest.Options{})
	api.Inject(vobiztest.Fault{Handler: vobiztest.Redirect(serve(t, elsewhere) + "/api/v1/partner/numbers")})
	_, err := numbersByID(newClient(t, config(serve(t, api))).Numbers(t.Context()))
	var apiErr *vobiz.APIError
	if !errors.As(err, &apiErr) || apiErr.Status/100 != 3 {
		t.Errorf("error %v, want an APIError with the redirect's status", err)
	}
	if n := elsewhere.Count(""); n != 0 {
		t.Errorf("%d requests where the redirect led", n)
	}
}

func TestAPIError(t *testing.T) {
	api := vobiztest.NewServer(inventoryOf(10), vobiztest.Options{})
	conf := config(serve(t, api))
	conf.Token = func() (vobiz.Secret, error) { return "wrong", nil }
	_, err := numbersByID(newClient(t, conf).Numbers(t.Context()))
	var apiErr *vobiz.APIError
	if !errors.As(err, &apiErr) {
		t.Fatalf("error %v, want an APIError", err)
	}
	if apiErr.Status != http.StatusUnauthorized || apiErr.Code != "INVALID_CREDENTIALS" ||
		apiErr.Message == "" || !strings.HasPrefix(apiErr.RequestID, "req_") {
		t.Errorf("%+v", apiErr)
	}
	if strings.Contains(err.Error(), apiErr.Message) || strings.Contains(err.Error(), "wrong") {
		t.Errorf("the error says too much: %v", err)
	}
}

func TestContextEndsARead(t *testing.T) {
	api := vobiztest.NewServer(inventoryOf(250), vobiztest.Options{})
	api.Inject(vobiztest.Fault{Page: 2, Handler: vobiztest.Hang()})
	cause := errors.New("enough of it")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	for page, err := range newClient(t, config(serve(t, api))).Numbers(ctx) {
		if page.Number == 1 {
			cancel(cause)
			continue
		}
		if err != nil && !errors.Is(err, cause) {
			t.Errorf("error %v, want the cause", err)
		}
	}
}
