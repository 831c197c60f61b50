package vobiz

// number reads one item of a list of numbers into n, which has to be empty. Members that the exporter has no
// use for are skipped unread.
func (d *decoder) number(n *Number) error {
	err := d.object(func(name []byte) error { return d.numberMember(n, name) })
	if err == nil && n.ID == "" {
		return errItem
	}
	return err
}

func (d *decoder) numberMember(n *Number, name []byte) error {
	switch string(name) {
	case "id":
		return d.text(&n.ID)
	case "account_id":
		return d.sharedText(&n.AccountID)
	case "e164":
		return d.text(&n.E164)
	case "country":
		return d.sharedText(&n.Country)
	case "status":
		return d.sharedText(&n.Status)
	case "currency":
		return d.sharedText(&n.Currency)
	case "capabilities":
		return d.optionalObject(func(name []byte) error { return d.capability(&n.Capabilities, name) })
	case "monthly_fee":
		_, err := d.money(&n.MonthlyFee)
		return err
	case "setup_fee":
		_, err := d.money(&n.SetupFee)
		return err
	case "next_billing_date":
		return d.date(&n.NextBilling)
	default:
		return d.numberFlag(n, name)
	}
}

func (d *decoder) numberFlag(n *Number, name []byte) error {
	switch string(name) {
	case "application_id":
		return d.present(&n.HasApplication)
	case "trunk_group_id":
		return d.present(&n.HasTrunk)
	case "voice_enabled":
		var f Flag
		err := d.flag(&f)
		n.VoiceDisabled = f == False
		return err
	case "is_blocked":
		return d.boolean(&n.Blocked)
	case "is_trial_number":
		return d.boolean(&n.Trial)
	case "aadhaar_verification_required":
		return d.boolean(&n.AadhaarRequired)
	case "aadhaar_verified":
		return d.boolean(&n.AadhaarVerified)
	default:
		return d.SkipValue()
	}
}

func (d *decoder) capability(c *Capabilities, name []byte) error {
	switch string(name) {
	case "voice":
		return d.boolean(&c.Voice)
	case "sms":
		return d.boolean(&c.SMS)
	case "mms":
		return d.boolean(&c.MMS)
	case "fax":
		return d.boolean(&c.Fax)
	default:
		return d.SkipValue()
	}
}

// account reads one item of the list of customers into a, which has to be empty. Everything else in it, the
// customer's auth_token, e-mail and address among them, is skipped unread.
func (d *decoder) account(a *Account) error {
	var company string
	err := d.object(func(name []byte) error {
		if string(name) == "company" {
			return d.text(&company)
		}
		return d.accountMember(a, name)
	})
	if a.Name == "" {
		a.Name = company
	}
	if err == nil && a.ID == "" {
		return errItem
	}
	return err
}

func (d *decoder) accountMember(a *Account, name []byte) (err error) {
	switch string(name) {
	case "auth_id":
		return d.text(&a.ID)
	case "name":
		return d.text(&a.Name)
	case "country":
		return d.sharedText(&a.Country)
	case "pricing_tier":
		return d.optionalObject(func(name []byte) error {
			if string(name) != "currency" {
				return d.SkipValue()
			}
			return d.sharedText(&a.Currency)
		})
	case "cash_credits":
		a.HasBalance, err = d.money(&a.Balance)
		return err
	case "billing_mode":
		return d.sharedText(&a.BillingMode)
	case "kyc_status":
		return d.sharedText(&a.KYCStatus)
	case "auto_recharge":
		return d.flag(&a.AutoRecharge)
	case "postpaid":
		return d.flag(&a.Postpaid)
	case "enabled":
		return d.flag(&a.Enabled)
	case "is_active":
		return d.flag(&a.Active)
	default:
		return d.SkipValue()
	}
}
