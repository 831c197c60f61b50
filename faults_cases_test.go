package main

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"vobiz_exporter/vobiz/vobiztest"
)

// faultGroups is the matrix.
func faultGroups() []faultGroup {
	return []faultGroup{
		{"The connection", connectionFaults()},
		{"The answer's size", sizeFaults()},
		{"The answer's shape", shapeFaults()},
		{"The strings", stringFaults()},
		{"The list", listFaults()},
		{"The totals", totalFaults()},
		{"Errors", statusFaults()},
		{"Rate limits", rateFaults()},
		{"Part of the API", partFaults()},
	}
}

// always strikes every request.
func always(answer vobiztest.Answer) []vobiztest.Fault { return []vobiztest.Fault{{Handler: answer}} }

// onNumbers strikes every request for numbers.
func onNumbers(answer vobiztest.Answer) []vobiztest.Fault {
	return []vobiztest.Fault{{Endpoint: vobiztest.EndpointNumbers, Handler: answer}}
}

// onPage strikes one page of the numbers, of which there are five.
func onPage(page int, answer vobiztest.Answer) []vobiztest.Fault {
	return []vobiztest.Fault{{Endpoint: vobiztest.EndpointNumbers, Page: page, Handler: answer}}
}

// How a fault ends for an endpoint: the read fails, or it succeeds.
func fails(retries string) ending    { return ending{lastGood, 0, retries} }
func succeeds(retries string) ending { return ending{fresh, 1, retries} }

// impatient is for answers that never come.
func impatient() []string { return []string{"--vobiz.request-timeout=2s"} }

func connectionFaults() []faultRow {
	broken := fails("network 1")
	return []faultRow{
		{name: "connection refused", alone: true, stage: refused, numbers: broken, accounts: broken},
		{name: "name does not resolve", alone: true, flags: []string{"--vobiz.allow-plain-http"}, stage: noSuchName, numbers: broken, accounts: broken},
		{name: "certificate of no known authority", stage: otherCertificate, numbers: broken, accounts: broken},
		{name: "connection reset", faults: always(vobiztest.Reset()), numbers: broken, accounts: broken},
		{name: "connection closed without an answer", faults: always(closed), numbers: broken, accounts: broken},
		{name: "hang before the headers", flags: impatient(), faults: always(vobiztest.Hang()), numbers: broken, accounts: broken},
		{name: "body that drips, a byte each 50 ms", flags: impatient(), faults: always(vobiztest.Drip(50 * time.Millisecond)), numbers: broken, accounts: broken},
		{name: "truncated body", faults: always(vobiztest.Truncated()), numbers: broken, accounts: broken},
		{name: "truncated body, once, on page 3", faults: []vobiztest.Fault{{
			Endpoint: vobiztest.EndpointNumbers, Page: 3, Times: 1, Handler: vobiztest.Truncated(),
		}}, numbers: succeeds("network 1"), accounts: succeeds("")},
	}
}

func closed(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

func sizeFaults() []faultRow {
	tooBig, good := fails("bad_body 1"), succeeds("")
	return []faultRow{
		{name: "10 GB body", alone: true, faults: onNumbers(vobiztest.Endless(10 << 30)), numbers: tooBig, accounts: good},
		{name: "gzip bomb of 10 GB, one string", alone: true, faults: onNumbers(vobiztest.GzipBomb(10 << 30)), numbers: tooBig, accounts: good},
		{name: "JSON nested without end", alone: true, faults: onNumbers(nested), numbers: tooBig, accounts: good},
		{name: "headers of 1 MB", alone: true, faults: onNumbers(bigHeaders), numbers: fails("network 1"), accounts: good},
		{name: "error body of 10 GB", alone: true, faults: onNumbers(bigError), numbers: fails("server_error 1"), accounts: good},
		{
			name: "100,000 values of `status`", alone: true, flags: []string{"--vobiz.page-size=100"}, faults: onNumbers(manyStatuses), series: cappedStatuses(), check: cappedOnce,
			numbers: succeeds(""), accounts: succeeds(""), note: "100 statuses, the rest under `other`",
		},
		{
			name: "numbers without end, every page full", alone: true, flags: []string{"--vobiz.page-size=100", "--inventory.refresh-timeout=3s"},
			// As fast as the machine can, memory would grow with the machine.
			faults: append(onNumbers(vobiztest.Delay(20*time.Millisecond)), onNumbers(endlessNumbers)...), numbers: fails(""), accounts: succeeds(""),
		},
	}
}

func shapeFaults() []faultRow {
	bad, nothing := fails("bad_body 1"), fails("")
	return []faultRow{
		{name: "HTML with 200", faults: always(vobiztest.HTML(200)), numbers: bad, accounts: bad},
		{name: "empty body", faults: always(vobiztest.JSON("")), numbers: bad, accounts: bad},
		{name: "JSON that breaks off", faults: always(vobiztest.JSON(`{"items":[{"id":"1`)), numbers: bad, accounts: bad},
		{name: "an array", faults: always(vobiztest.JSON(`[]`)), numbers: bad, accounts: bad},
		{name: "null", faults: always(vobiztest.JSON(`null`)), numbers: bad, accounts: bad},
		{name: "an error with 200", faults: always(vobiztest.JSON(`{"status":"error","error":{"code":"X"}}`)), numbers: bad, accounts: bad},
		{name: "two answers in one", faults: always(vobiztest.Rewrite(twice)), numbers: bad, accounts: bad},
		{
			name: "the list is an object", faults: onNumbers(vobiztest.JSON(`{"items":{},"page":1,"per_page":20,"total":93}`)),
			numbers: bad, accounts: succeeds(""),
		},
		{
			name: "the list is null on page 1", faults: onPage(1, vobiztest.JSON(`{"items":null,"page":1,"per_page":20,"total":93}`)),
			numbers: nothing, accounts: succeeds(""),
		},
		{
			name: "items that are no objects", faults: onNumbers(vobiztest.JSON(`{"items":["a",1,null],"page":1,"per_page":100,"total":3}`)),
			numbers: nothing, accounts: succeeds(""),
		},
		{name: "items that are all of another shape", faults: always(vobiztest.Rewrite(renamed)), numbers: nothing, accounts: nothing},
		{
			name: "10 items of another shape", change: otherShape(10), seen: without(10), check: rejects(10),
			numbers: succeeds(""), accounts: succeeds(""), note: "less the 10, which are counted",
		},
	}
}

func statusFaults() []faultRow {
	var rows []faultRow
	for _, code := range []int{400, 401, 403, 404} {
		row := faultRow{name: fmt.Sprint(code), faults: always(vobiztest.Status(code)), numbers: fails(""), accounts: fails("")}
		if code == 401 || code == 403 {
			row.check = credentialsRejected
		}
		rows = append(rows, row)
	}
	for code := 500; code <= 504; code++ {
		rows = append(rows, faultRow{
			name: fmt.Sprint(code), faults: always(vobiztest.HTML(code)), numbers: fails("server_error 1"), accounts: fails("server_error 1"),
		})
	}
	return append(rows,
		faultRow{
			name: "redirect to the same host", faults: always(vobiztest.Redirect("/api/v1/partner/elsewhere")),
			check: redirectRefused, numbers: fails(""), accounts: fails(""),
		},
		faultRow{name: "redirect to another host", stage: otherHost, numbers: fails(""), accounts: fails("")},
	)
}

func rateFaults() []faultRow {
	limited, atOnce := fails("rate_limited 1"), fails("")
	retryAfter := func(header string) []vobiztest.Fault { return always(vobiztest.RateLimited(header)) }
	date := func(ahead time.Duration) string { return time.Now().Add(ahead).UTC().Format(http.TimeFormat) }
	return []faultRow{
		{name: "429", faults: retryAfter(""), numbers: limited, accounts: limited},
		{name: "429, Retry-After: 0", faults: retryAfter("0"), numbers: limited, accounts: limited},
		{name: "429, Retry-After: 1", faults: retryAfter("1"), numbers: limited, accounts: limited},
		{name: "429, Retry-After: an hour", faults: retryAfter("3600"), numbers: atOnce, accounts: atOnce, heals: later},
		{name: "429, Retry-After: a date in an hour", faults: retryAfter(date(time.Hour)), numbers: atOnce, accounts: atOnce, heals: later},
		{name: "429, Retry-After: a date gone by", faults: retryAfter(date(-time.Hour)), numbers: limited, accounts: limited},
		{name: "429, Retry-After: nonsense", faults: retryAfter("soon, -1; 9e99"), numbers: limited, accounts: limited},
		{
			name: "429, Retry-After: longer than the read may take", flags: []string{"--inventory.refresh-timeout=3s"},
			faults: retryAfter("4"), numbers: atOnce, accounts: atOnce, heals: afterPause,
		},
		{name: "429, Retry-After: an hour, on the last attempt", flags: []string{"--vobiz.max-retries=0"}, faults: retryAfter("3600"), numbers: atOnce, accounts: atOnce, heals: later},
		{name: "429, Retry-After: 1, once", faults: []vobiztest.Fault{{
			Endpoint: vobiztest.EndpointNumbers, Times: 1, Handler: vobiztest.RateLimited("1"),
		}}, numbers: succeeds("rate_limited 1"), accounts: succeeds("")},
	}
}

func partFaults() []faultRow {
	down := vobiztest.Status(http.StatusServiceUnavailable)
	failed, good := fails("server_error 1"), succeeds("")
	return []faultRow{
		{name: "503 on the first page", faults: onPage(1, down), numbers: failed, accounts: good},
		{name: "503 on a middle page", faults: onPage(3, down), numbers: failed, accounts: good},
		{name: "503 on the last page", faults: onPage(5, down), numbers: failed, accounts: good},
		{name: "503 on a middle page, once", faults: []vobiztest.Fault{{
			Endpoint: vobiztest.EndpointNumbers, Page: 3, Times: 1, Handler: down,
		}}, numbers: succeeds("server_error 1"), accounts: good},
		{name: "numbers alone", faults: onNumbers(down), numbers: failed, accounts: good},
		{name: "customers alone", faults: []vobiztest.Fault{{
			Endpoint: vobiztest.EndpointAccounts, Handler: down,
		}}, numbers: good, accounts: failed},
	}
}

func credentialsRejected(t *testing.T, a *afterwards) {
	for _, endpoint := range []string{"numbers", "accounts"} {
		series := `vobiz_api_credentials_rejected{endpoint="` + endpoint + `"}`
		if was, told := a.before[series]; !told || was != 0 || a.got[series] != 1 {
			t.Errorf("%s was %v (told: %t), is %v", series, was, told, a.got[series])
		}
	}
}

func redirectRefused(t *testing.T, a *afterwards) {
	if n := a.api.Count(vobiztest.EndpointOther); n != 0 {
		t.Errorf("the redirect was followed %d times", n)
	}
}
