package vobiztest

// numberExtra is what an item with Style.Extra also holds: names that resemble
// known ones, nested and empty values.
const numberExtra = `{"id":"not-the-id","status":"not-the-status","items":[{"total":-1},[]],"note":"\u00e9\"\\\n"}`

// AppendJSON appends the number as the API sends it.
func (n *Number) AppendJSON(dst []byte) []byte {
	if n.Raw != nil {
		return append(dst, n.Raw...)
	}
	o := newObject(dst, n.Style)
	o.required(`,"id":`, n.ID)
	o.required(`,"account_id":`, n.AccountID)
	o.required(`,"e164":`, n.E164)
	o.required(`,"country":`, n.Country)
	o.required(`,"region":`, n.Region)
	o.raw(`,"capabilities":`, `{"voice":`)
	o.boolean("", n.Capabilities.Voice)
	o.boolean(`,"sms":`, n.Capabilities.SMS)
	o.boolean(`,"mms":`, n.Capabilities.MMS)
	o.boolean(`,"fax":`, n.Capabilities.Fax)
	o.raw("", "}")
	if n.Style.Extra {
		o.raw(`,"metadata":`, numberExtra)
	}
	o.required(`,"status":`, n.Status)
	o.text(`,"provider":`, n.Provider)
	o.fee(`,"setup_fee":`, n.SetupFee)
	o.fee(`,"monthly_fee":`, n.MonthlyFee)
	o.required(`,"currency":`, n.Currency)
	o.optional(`,"application_id":`, n.ApplicationID)
	o.boolean(`,"voice_enabled":`, n.VoiceEnabled)
	o.tags(n.Tags)
	o.date(`,"purchased_at":`, n.PurchasedAt)
	o.boolean(`,"is_blocked":`, n.IsBlocked)
	o.date(`,"created_at":`, n.CreatedAt)
	o.date(`,"updated_at":`, n.UpdatedAt)
	o.boolean(`,"is_trial_number":`, n.IsTrialNumber)
	o.date(`,"last_billing_date":`, n.LastBillingDate)
	o.date(`,"next_billing_date":`, n.NextBillingDate)
	o.date(`,"released_at":`, n.ReleasedAt)
	o.integer(`,"minimum_commitment_months":`, n.MinimumCommitmentMonths)
	o.optional(`,"trunk_group_id":`, n.TrunkGroupID)
	o.boolean(`,"aadhaar_verification_required":`, n.AadhaarVerificationRequired)
	o.boolean(`,"aadhaar_verified":`, n.AadhaarVerified)
	o.required(`,"source":`, n.Source)
	return o.close()
}

func (o *object) tags(tags []string) {
	if len(tags) == 0 && o.style.Missing == MissingNull {
		o.raw(`,"tags":`, "null")
		return
	}
	o.raw(`,"tags":`, "[")
	for i, tag := range tags {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.b = appendText(o.b, tag)
	}
	o.b = append(o.b, ']')
}
