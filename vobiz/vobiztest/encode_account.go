package vobiztest

// accountRest is the part of an account that is the same for all: fields the
// vendor sends and no reader of inventories needs.
const accountRest = `"role":"customer","account_type":"business","parent_account_id":"PA_DEMO","city":"Bengaluru",` +
	`"state":"Karnataka","postal_code":"560001","timezone":"Asia/Kolkata","language":"en","tax_id":null,` +
	`"promo_credits":"0.00000","credit_limit":"0.00000","auto_recharge_threshold":"500.00000",` +
	`"auto_recharge_amount":"5000.00000","minimum_balance":"0.00000","low_balance_alert":true,` +
	`"email_verified":true,"phone_verified":true,"two_factor_enabled":false,"max_concurrent_calls":20,` +
	`"calls_per_second":2,"recording_enabled":false,"recording_retention_days":30,"international_enabled":false,` +
	`"fraud_score":0,"webhook_url":"","callback_method":"POST","sip_domain":"sip.example.in",` +
	`"sub_accounts_allowed":0,"sub_account_count":0,"suspended_at":null,"suspension_reason":"",` +
	`"last_login_at":null,"kyc_documents":[],"kyc_rejection_reason":null,"notes":"","tags":[]`

// AppendJSON appends the account as the API sends it.
func (a *Account) AppendJSON(dst []byte) []byte {
	if a.Raw != nil {
		return append(dst, a.Raw...)
	}
	o := newObject(dst, a.Style)
	o.required(`,"id":`, a.ID)
	o.required(`,"auth_id":`, a.AuthID)
	o.required(`,"auth_token":`, a.AuthToken)
	o.required(`,"name":`, a.Name)
	o.required(`,"company":`, a.Company)
	o.required(`,"email":`, a.Email)
	o.required(`,"phone":`, a.Phone)
	o.required(`,"address":`, a.Address)
	o.required(`,"country":`, a.Country)
	o.wallet(`,"cash_credits":`, a.CashCredits)
	o.raw(`,"pricing_tier":`, `{"id":7`)
	o.text(`,"name":`, a.PricingTier.Name)
	o.required(`,"currency":`, a.PricingTier.Currency)
	o.raw(`,"rates":`, `{"voice":"0.45000","did":"200.00000"}}`)
	o.required(`,"billing_mode":`, a.BillingMode)
	o.boolean(`,"postpaid":`, a.Postpaid)
	o.boolean(`,"auto_recharge":`, a.AutoRecharge)
	o.boolean(`,"is_active":`, a.IsActive)
	o.boolean(`,"enabled":`, a.Enabled)
	o.boolean(`,"is_trial_account":`, a.IsTrialAccount)
	o.required(`,"kyc_status":`, a.KYCStatus)
	o.date(`,"created_at":`, a.CreatedAt)
	o.date(`,"updated_at":`, a.UpdatedAt)
	o.raw(",", accountRest)
	if a.Style.Extra {
		o.raw(`,"parent":`, `{"auth_id":"PA_NOT_IT","auth_token":"`+CustomerTokenMark+`nested","cash_credits":"-1"}`)
	}
	return o.close()
}
