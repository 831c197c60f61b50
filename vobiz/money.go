package vobiz

import (
	"errors"
	"math"
	"strconv"
)

// Money is an amount in millionths of the currency's unit, so that sums of any
// order come to the same figure.
type Money int64

const moneyUnit = 1_000_000

var errMoney = errors.New("not an amount of money")

// ParseMoney reads a decimal number such as 300, -12.5 or 1300.00000. It errs on
// anything else and on amounts beyond ±9.2e12 units; more than six decimals are
// rounded.
func ParseMoney(text []byte) (Money, error) {
	if m, ok := wholeMoney(text); ok {
		return m, nil
	}
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9', c == '.', c == '-', c == '+', c == 'e', c == 'E':
		default:
			return 0, errMoney
		}
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return 0, errMoney
	}
	micros := math.Round(f * moneyUnit)
	if math.Abs(micros) >= math.MaxInt64 {
		return 0, errMoney
	}
	return Money(micros), nil
}

// wholeMoney is the short way for most amounts: a few digits and nothing else.
func wholeMoney(text []byte) (m Money, ok bool) {
	if len(text) == 0 || len(text) > 12 {
		return 0, false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		m = m*10 + Money(c-'0')
	}
	return m * moneyUnit, true
}

// Add returns the sum, held at the largest amount that can be kept.
func (m Money) Add(n Money) Money {
	sum := m + n
	switch {
	case n > 0 && sum < m:
		return math.MaxInt64
	case n < 0 && sum > m:
		return math.MinInt64
	}
	return sum
}

// Units returns the amount in units of its currency.
func (m Money) Units() float64 { return float64(m) / moneyUnit }
