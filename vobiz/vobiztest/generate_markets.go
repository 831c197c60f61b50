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

// marketOf is the market of a country; any other than these is India.
func marketOf(country string) market {
	switch country {
	case "US":
		return market{"US", "USD", Capabilities{Voice: true, SMS: true, MMS: true}, []area{
			{"New York", "+1212"}, {"California", "+1415"}, {"Texas", "+1512"},
		}, []float64{1, 2, 5}, 0}
	case "GB":
		return market{"GB", "GBP", Capabilities{Voice: true, SMS: true, Fax: true}, []area{
			{"London", "+44207"}, {"Manchester", "+44161"},
		}, []float64{2, 3}, 1}
	case "AE":
		return market{"AE", "AED", Capabilities{Voice: true, Fax: true}, []area{
			{"Dubai", "+9714"}, {"Abu Dhabi", "+9712"},
		}, []float64{30, 45}, 50}
	case "SG":
		return market{"SG", "SGD", Capabilities{Voice: true, SMS: true}, []area{
			{"Singapore", "+656"},
		}, []float64{6, 9}, 0}
	default:
		return market{"IN", "INR", Capabilities{Voice: true}, []area{
			{"Karnataka", "+91804"}, {"Mumbai", "+91226"}, {"Delhi", "+91114"}, {"Tamil Nadu", "+91446"},
			{"Telangana", "+91404"}, {"West Bengal", "+91336"}, {"Gujarat", "+91794"}, {"Maharashtra", "+91206"},
		}, []float64{200, 200, 300, 300, 400, 500}, 100}
	}
}

// home is where a customer is; most are in India.
func (g *generator) home() market {
	switch n := g.r.IntN(100); {
	case n < 80:
		return marketOf("IN")
	case n < 88:
		return marketOf("US")
	case n < 94:
		return marketOf("AE")
	case n < 97:
		return marketOf("GB")
	default:
		return marketOf("SG")
	}
}

// bought is where a customer of home's next number is.
func bought(r *rand.Rand, home market) market {
	n := r.IntN(100)
	if home.country != "IN" && n < 55 {
		return home
	}
	switch {
	case n < 92:
		return marketOf("IN")
	case n < 96:
		return marketOf("US")
	case n < 98:
		return marketOf("GB")
	case n < 99:
		return marketOf("AE")
	default:
		return marketOf("SG")
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
