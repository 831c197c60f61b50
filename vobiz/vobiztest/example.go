package vobiztest

import "time"

// VendorExample is the two numbers of the vendor's own example, spelt exactly
// as there, and the one customer that they belong to.
func VendorExample() *Inventory {
	account := Account{
		ID: "0f5c1c5e-7a39-4c53-9a0c-3d1f6f2b7c11", AuthID: "MA_XXXXXXXX",
		AuthToken: CustomerTokenMark + "vendor-example",
		Name:      "Example Customer", Company: "Example Customer Pvt Ltd",
		Email: "owner@" + CustomerEmailMark, Phone: CustomerPhoneMark + "00001",
		Address: "1 " + CustomerAddressMark + ", Bengaluru", Country: "IN",
		CashCredits: 1300, PricingTier: PricingTier{Name: "Standard", Currency: "INR"},
		BillingMode: "prepaid", KYCStatus: "pending", IsActive: true, Enabled: true,
		CreatedAt: moment("2025-03-31T18:30:00Z"), UpdatedAt: moment("2026-03-25T06:58:38.796024Z"),
	}
	karnataka := exampleNumber("aabbccdd-1234-5678-90ab-cdef12345678", "+918012345678", "Karnataka")
	karnataka.MonthlyFee, karnataka.ApplicationID = 300, "20577609616603585"
	karnataka.PurchasedAt = moment("2026-03-25T06:58:38Z")
	karnataka.CreatedAt = moment("2025-03-31T18:30:00Z")
	karnataka.UpdatedAt = moment("2026-03-25T06:58:54Z")
	karnataka.LastBillingDate = moment("2026-03-25T06:58:38Z")
	karnataka.NextBillingDate = moment("2026-04-25T06:58:38Z")

	mumbai := exampleNumber("11223344-1234-5678-90ab-cdef12345678", "+919876543210", "Mumbai")
	mumbai.MonthlyFee, mumbai.ApplicationID = 200, "31985999331899218"
	mumbai.PurchasedAt = moment("2026-02-17T10:25:30Z")
	mumbai.CreatedAt = moment("2026-02-14T09:30:04Z")
	mumbai.UpdatedAt = moment("2026-02-17T10:29:35Z")
	mumbai.LastBillingDate = moment("2026-02-17T10:25:30Z")
	mumbai.NextBillingDate = moment("2026-03-17T10:25:30Z")

	return &Inventory{Accounts: []Account{account}, Numbers: []Number{karnataka, mumbai}}
}

func exampleNumber(id, e164, region string) Number {
	return Number{
		ID: id, AccountID: "MA_XXXXXXXX", E164: e164, Country: "IN", Region: region,
		Capabilities: Capabilities{Voice: true}, VoiceEnabled: true, Status: "active",
		SetupFee: 100, Currency: "INR", Source: "purchased",
	}
}

// moment reads a date that stands in this file; a bad one gives none.
func moment(text string) Stamp {
	t, _ := time.Parse(time.RFC3339, text)
	return At(t)
}
