package collector

// other is the value of a label whose own value is one too many.
const other = "other"

// The most values that a label may take in one inventory. An API gone astray
// must not make series without end; a sound one stays far below.
const (
	maxAccounts   = 100_000
	maxCountries  = 300
	maxStatuses   = 100
	maxCurrencies = 200
	maxGroups     = 250_000 // combinations of the four
	maxNumbers    = 20_000_000
)

// capped lets so many values of a label pass; the rest become other.
type capped struct {
	most   int
	seen   map[string]struct{}
	beyond int // how often that happened
}

func newCapped(most int) capped { return capped{most: most, seen: make(map[string]struct{})} }

func (c *capped) pass(value string) string {
	if _, ok := c.seen[value]; ok {
		return value
	}
	if len(c.seen) < c.most {
		c.seen[value] = struct{}{}
		return value
	}
	c.beyond++
	return other
}
