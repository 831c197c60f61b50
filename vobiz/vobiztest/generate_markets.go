package vobiztest

import (
	"math/rand/v2"
	"strconv"
)

// market is a country that numbers are sold in.
type market struct {
	country      string
	currency     string
	capabilities Capabilities
	areas        []area
	fees         []float64 // monthly, in currency
	setup        float64
}

// area is a region and the digits its numbers begin with; seven more follow.
type area struct{ region, prefix string }

// markets are all there are, by country.
type markets map[string]market

func allMarkets() markets {
	return markets{
		"IN": {"IN", "INR", Capabilities{Voice: true}, []area{
			{"Karnataka", "+91804"},
			{"Mumbai", "+91226"},
			{"Delhi", "+91114"},
			{"Tamil Nadu", "+91446"},
			{"Telangana", "+91404"},
			{"West Bengal", "+91336"},
			{"Gujarat", "+91794"},
			{"Maharashtra", "+91206"},
		}, []float64{200, 200, 300, 300, 400, 500}, 100},
		"US": {"US", "USD", Capabilities{Voice: true, SMS: true, MMS: true}, []area{
			{"New York", "+1212"}, {"California", "+1415"}, {"Texas", "+1512"},
		}, []float64{1, 2, 5}, 0},
		"GB": {"GB", "GBP", Capabilities{Voice: true, SMS: true, Fax: true}, []area{
			{"London", "+44207"}, {"Manchester", "+44161"},
		}, []float64{2, 3}, 1},
		"AE": {"AE", "AED", Capabilities{Voice: true, Fax: true}, []area{
			{"Dubai", "+9714"}, {"Abu Dhabi", "+9712"},
		}, []float64{30, 45}, 50},
		"SG": {"SG", "SGD", Capabilities{Voice: true, SMS: true}, []area{
			{"Singapore", "+656"},
		}, []float64{6, 9}, 0},
	}
}

// home is where a customer is; most are in India.
func (m markets) home(r *rand.Rand) market {
	switch n := r.IntN(100); {
	case n < 80:
		return m["IN"]
	case n < 88:
		return m["US"]
	case n < 94:
		return m["AE"]
	case n < 97:
		return m["GB"]
	default:
		return m["SG"]
	}
}

// bought is where the next number of a customer is that has its home in a
// country, one of these or not.
func (m markets) bought(r *rand.Rand, home string) market {
	n := r.IntN(100)
	if own, ok := m[home]; ok && home != "IN" && n < 55 {
		return own
	}
	switch {
	case n < 92:
		return m["IN"]
	case n < 96:
		return m["US"]
	case n < 98:
		return m["GB"]
	case n < 99:
		return m["AE"]
	default:
		return m["SG"]
	}
}

// issuer hands out the digits of numbers: ten million in a seeming disorder,
// none twice.
type issuer struct{ serial, offset uint64 }

func (i *issuer) e164(a area) string {
	const space, stride = 10_000_000, 7_368_787 // without a common factor
	digits := (i.offset%space + i.serial%space*stride) % space
	i.serial++
	b := append(make([]byte, 0, 16), a.prefix...)
	start := len(b)
	b = strconv.AppendUint(b, space+digits, 10)
	return string(append(b[:start], b[start+1:]...))
}
