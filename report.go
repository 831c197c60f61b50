package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"vobiz_exporter/collector"
	"vobiz_exporter/vobiz"
)

func printReport(w io.Writer, form string, r *collector.Report, within collector.Window) error {
	switch form {
	case "json":
		return printJSON(w, r, within)
	case "csv":
		return printCSV(w, r)
	default:
		return printTable(w, r, within)
	}
}

// meaning says in a few words what a problem comes to.
func meaning(p collector.Problem, within collector.Window) string {
	switch p {
	case collector.InventoryIncomplete:
		return "items that the API counts and that could not be read, so that nothing is said of them"
	case collector.RenewalNotCovered:
		return "wallets that do not cover the renewals of " + within.Label
	case collector.NoActiveNumber:
		return "customers without an active number: nobody can call them"
	case collector.NoApplication:
		return "active numbers with neither application nor trunk: callers are cut off"
	case collector.AadhaarUnverified:
		return "numbers that lack the Aadhaar verification they require"
	case collector.Blocked:
		return "blocked numbers"
	case collector.VoiceDisabled:
		return "numbers that can carry voice, with voice switched off"
	case collector.RenewalOverdue:
		return "numbers past their renewal date"
	default:
		return ""
	}
}

// printTable is for people: a line each, then how many there are of what. Free
// text comes last, so that letters of any width keep the columns straight.
func printTable(w io.Writer, r *collector.Report, within collector.Window) error {
	var text strings.Builder
	if len(r.Findings) > 0 {
		rows := [][]string{{"PROBLEM", "ACCOUNT", "NUMBER", "COUNTRY", "DETAIL", "NAME"}}
		for _, f := range r.Findings {
			rows = append(rows, []string{string(f.Problem), cell(f.Account), cell(f.Number), cell(f.Country), cell(detail(f)), cell(f.Name)})
		}
		align(&text, rows)
		text.WriteByte('\n')
	}
	summarize(&text, r, within)
	_, err := io.WriteString(w, text.String())
	return err
}

// align writes rows in columns, with nothing after the last word of a line.
func align(to *strings.Builder, rows [][]string) {
	var text strings.Builder // to memory nothing fails
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		_, _ = io.WriteString(table, strings.Join(row, "\t")+"\n")
	}
	_ = table.Flush()
	for line := range strings.Lines(text.String()) {
		to.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
}

// cell makes what the API sent fit to be shown on a terminal, which would obey
// control characters. Names in Indian scripts need the two joiners.
func cell(s string) string {
	const joiners = "\u200c\u200d"
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || strings.ContainsRune(joiners, r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

func detail(f collector.Finding) string {
	switch f.Problem {
	case collector.RenewalNotCovered:
		return fmt.Sprintf("renewals %s, wallet %s %s", amount(f.Fees), amount(f.Balance), f.Currency)
	case collector.InventoryIncomplete:
		return counted(f.Items, "item") + " of /" + f.Endpoint
	default:
		return ""
	}
}

// amount shows two decimals, or as many as there are.
func amount(m vobiz.Money) string {
	text := strconv.FormatFloat(m.Units(), 'f', -1, 64)
	if _, decimals, _ := strings.Cut(text, "."); len(decimals) < 2 {
		text = strconv.FormatFloat(m.Units(), 'f', 2, 64)
	}
	return text
}

// counted is so many of a thing, in words.
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

func summarize(to *strings.Builder, r *collector.Report, within collector.Window) {
	of := counted(r.Numbers, "number")
	if r.CustomersRead {
		of += " of " + counted(r.Customers, "customer")
	}
	at := r.At.UTC().Format(time.DateTime)
	if len(r.Findings) == 0 {
		fmt.Fprintf(to, "Nothing needs attention in %s, read at %s UTC.\n", of, at)
	} else {
		fmt.Fprintf(to, "%s in %s, read at %s UTC:\n", counted(len(r.Findings), "finding"), of, at)
	}
	var rows [][]string
	for _, c := range r.Counts() {
		rows = append(rows, []string{fmt.Sprintf("%6d", c.Findings), string(c.Problem), meaning(c.Problem, within)})
	}
	align(to, rows)
	if len(r.LookedFor) < len(collector.Problems()) {
		fmt.Fprintf(to, "Only these were looked for: %s.\n", join(r.LookedFor))
	}
	if !r.CustomersRead {
		to.WriteString("The customers were not read: nothing is said of wallets and of customers without a number.\n")
	}
}

// jsonFinding is a finding as JSON; what does not apply is left out.
type jsonFinding struct {
	Problem  collector.Problem `json:"problem"`
	Account  string            `json:"account,omitempty"`
	Name     string            `json:"name,omitempty"`
	Number   string            `json:"number,omitempty"`
	Country  string            `json:"country,omitempty"`
	Fees     *float64          `json:"renewal_fees,omitempty"`
	Balance  *float64          `json:"balance,omitempty"`
	Currency string            `json:"currency,omitempty"`
	Items    int               `json:"items,omitempty"`
	Endpoint string            `json:"endpoint,omitempty"`
}

// printJSON is for programs: one object, amounts in units of their currency.
func printJSON(w io.Writer, r *collector.Report, within collector.Window) error {
	counts := make(map[collector.Problem]int)
	for _, c := range r.Counts() {
		counts[c.Problem] = c.Findings
	}
	findings := make([]jsonFinding, 0, len(r.Findings))
	for _, f := range r.Findings {
		j := jsonFinding{
			Problem: f.Problem, Account: f.Account, Name: f.Name, Number: f.Number, Country: f.Country,
			Currency: f.Currency, Items: f.Items, Endpoint: f.Endpoint,
		}
		if f.Problem == collector.RenewalNotCovered {
			fees, balance := f.Fees.Units(), f.Balance.Units()
			j.Fees, j.Balance = &fees, &balance
		}
		findings = append(findings, j)
	}
	var customers *int
	if r.CustomersRead {
		customers = &r.Customers
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(struct {
		ReadAt    string                    `json:"read_at"`
		Numbers   int                       `json:"numbers"`
		Customers *int                      `json:"customers,omitempty"`
		Within    string                    `json:"within"`
		LookedFor []collector.Problem       `json:"looked_for"`
		Counts    map[collector.Problem]int `json:"counts"`
		Findings  []jsonFinding             `json:"findings"`
	}{r.At.UTC().Format(time.RFC3339), r.Numbers, customers, within.Label, r.LookedFor, counts, findings})
}

// printCSV is for spreadsheets.
func printCSV(w io.Writer, r *collector.Report) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"problem", "account", "name", "number", "country", "renewal_fees", "balance", "currency", "items", "endpoint"})
	for _, f := range r.Findings {
		row := []string{string(f.Problem), f.Account, f.Name, f.Number, f.Country, "", "", f.Currency, "", f.Endpoint}
		if f.Problem == collector.RenewalNotCovered {
			row[5], row[6] = amount(f.Fees), amount(f.Balance)
		}
		if f.Items > 0 {
			row[8] = strconv.Itoa(f.Items)
		}
		for _, i := range [...]int{1, 2, 3, 4, 7} { // what the API sent
			row[i] = harmless(row[i])
		}
		_ = out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// harmless puts an apostrophe before what a spreadsheet would take for a formula.
// A phone number's plus sign leads to nothing but the number.
func harmless(s string) string {
	formula := strings.IndexAny(s, "=+-@\t\r") == 0
	_, err := strconv.ParseInt(cmp.Or(s, "0"), 10, 64)
	if formula && err != nil {
		return "'" + s
	}
	return s
}
