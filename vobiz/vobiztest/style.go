package vobiztest

// Style says how an item is spelt on the wire; it never changes what the item
// means. The zero value spells as the vendor's own examples do.
type Style struct {
	Money   MoneyStyle
	Missing MissingStyle
	Offset  OffsetStyle
	Extra   bool // also fields that no documentation names
}

// MoneyStyle is how amounts are spelt.
type MoneyStyle uint8

// How amounts are spelt.
const (
	MoneyAsVendor MoneyStyle = iota // fees 300, or 300.5 when not whole; wallets "300.50000"
	MoneyDecimal                    // 300.50
	MoneyString                     // "300.50000"
)

// MissingStyle is how a string or date that holds nothing is spelt.
type MissingStyle uint8

// How a string or date that holds nothing is spelt.
const (
	MissingAsVendor MissingStyle = iota // required fields "", optional ones left out
	MissingAbsent                       // left out
	MissingNull                         // null
	MissingEmpty                        // ""
)

// OffsetStyle is the UTC offset that dates are spelt with.
type OffsetStyle uint8

// The UTC offset that dates are spelt with.
const (
	OffsetZ     OffsetStyle = iota // 2026-03-25T06:58:38Z
	OffsetZero                     // 2026-03-25T06:58:38+00:00
	OffsetIndia                    // 2026-03-25T12:28:38+05:30
)
