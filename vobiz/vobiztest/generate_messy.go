package vobiztest

import "time"

// style is how an item is spelt: as the vendor does, or in any way at all.
func (g *generator) style() Style {
	if !g.messy {
		return Style{}
	}
	return Style{
		Money:   pick(g.r, MoneyAsVendor, MoneyAsVendor, MoneyDecimal, MoneyString),
		Missing: pick(g.r, MissingAsVendor, MissingAbsent, MissingNull, MissingEmpty),
		Offset:  pick(g.r, OffsetZ, OffsetZ, OffsetZero, OffsetIndia),
		Extra:   chance(g.r, 20),
	}
}

// mess puts in the oddities that change what an item means.
func (g *generator) mess(n *Number) {
	if chance(g.r, 30) {
		n.MonthlyFee += 0.25 * float64(g.r.IntN(4))
	}
	if chance(g.r, 50) {
		fraction := time.Duration(g.r.IntN(1_000_000)) * time.Microsecond
		for _, date := range []*Stamp{
			&n.PurchasedAt, &n.CreatedAt, &n.UpdatedAt, &n.LastBillingDate, &n.NextBillingDate, &n.ReleasedAt,
		} {
			if *date != 0 {
				*date = date.Add(fraction)
			}
		}
	}
	switch x := g.r.Float64() * 100; {
	case x < 0.5:
		n.Country = ""
	case x < 1:
		n.Status = ""
	case x < 1.5:
		n.Currency = ""
	}
	if chance(g.r, 3) {
		n.Tags = []string{"vip", "क्षेत्र"}
	}
}

// twin is n under the same e164 as another number: of the same customer and
// billed at another time, or of whoever n belongs to.
func (g *generator) twin(n, other Number) Number {
	n.E164 = other.E164
	if chance(g.r, 50) {
		id := n.ID
		n, n.ID = other, id
		if n.NextBillingDate != 0 {
			n.NextBillingDate = n.NextBillingDate.Add(36 * time.Hour)
		}
	}
	return n
}
