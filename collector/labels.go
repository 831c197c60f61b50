package collector

import (
	"cmp"
	"strings"
	"unicode/utf8"
)

const (
	unassigned = "unassigned" // the account of numbers that no customer has
	unknown    = "unknown"    // a status, country or currency that the API left empty

	statusActive = "active" // the status of a number that routes

	maxLabelBytes = 128
)

// label makes a string from the API fit to be a label value: valid UTF-8 of at
// most 128 bytes.
func label(s string) string {
	if len(s) > maxLabelBytes {
		cut := maxLabelBytes
		for cut > maxLabelBytes-utf8.UTFMax && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	if !utf8.ValidString(s) {
		s = label(strings.ToValidUTF8(s, "\uFFFD"))
	}
	return s
}

func labelOr(s, ifEmpty string) string { return cmp.Or(label(s), ifEmpty) }
