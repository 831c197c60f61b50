package vobiz

import (
	"bytes"
	"fmt"
	"testing"
)

// BenchmarkDecode decodes a page of 100 numbers of the vendor's own example.
func BenchmarkDecode(b *testing.B) {
	var page bytes.Buffer
	page.WriteString(`{"items":[`)
	for i := range 100 {
		if i > 0 {
			page.WriteByte(',')
		}
		fmt.Fprintf(&page, `{"id":"aabbccdd-1234-5678-90ab-cdef%08d","account_id":"MA_%08d","e164":"+9180%08d",
			"country":"IN","region":"Karnataka","capabilities":{"voice":true,"sms":false,"mms":false,"fax":false},
			"status":"active","provider":"","setup_fee":100,"monthly_fee":300,"currency":"INR",
			"application_id":"20577609616603585","voice_enabled":true,"tags":[],"purchased_at":"2026-03-25T06:58:38Z",
			"is_blocked":false,"created_at":"2025-03-31T18:30:00Z","updated_at":"2026-03-25T06:58:54Z",
			"is_trial_number":false,"last_billing_date":"2026-03-25T06:58:38Z","next_billing_date":"2026-04-25T06:58:38Z",
			"minimum_commitment_months":0,"aadhaar_verification_required":false,"aadhaar_verified":false,"source":"purchased"}`,
			i, i%10, i)
	}
	page.WriteString(`],"page":1,"per_page":100,"total":100}`)
	l := listing[Number]{key: "items", item: (*decoder).number}
	b.ReportAllocs()
	b.SetBytes(int64(page.Len()))
	for b.Loop() {
		if p, err := l.decode(bytes.NewReader(page.Bytes()), 1, 100); err != nil || len(p.Items) != 100 {
			b.Fatal(len(p.Items), err)
		}
	}
	b.ReportMetric(float64(b.N)*100/b.Elapsed().Seconds(), "numbers/s")
}
