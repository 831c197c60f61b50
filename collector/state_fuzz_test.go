package collector

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"

	"vobiz_exporter/vobiz"
)

// FuzzState: a state file never makes a panic, nor metrics that the registry
// would refuse, even where its checksum is right.
func FuzzState(f *testing.F) {
	options := Options{
		Fold:  FoldOptions{Windows: []Window{{"7d", 7 * 24 * time.Hour}}, DetailLimit: 10, ByAccount: true},
		Cache: CacheOptions{MaxAge: time.Hour}, Accounts: true,
	}
	path := filepath.Join(f.TempDir(), "state")
	inv := foldOf(options.Fold, vobiz.Number{AccountID: "MA_1", Status: "active", E164: "+1", Blocked: true, NextBilling: foldNow})
	numbers := saveNumbers(&inventoryRead{Inventory: inv, tally: tally{Distinct: 1, Total: 1}}, savedRead{At: time.Now(), Up: true})
	customers := &savedCustomers{savedRead: savedRead{At: time.Now()}, Customers: []customer{{Account: "MA_1", HasBalance: true}}}
	if err := writeState(path, &state{Numbers: numbers, Customers: customers}); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	_, body, _ := bytes.Cut(data, []byte("\n"))
	f.Add(body)
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"Numbers":{"Groups":[{},{}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		_, _ = parseState(body)
		sum := sha256.Sum256(body)
		data, err := parseState([]byte(stateHeader + hex.EncodeToString(sum[:]) + "\n" + string(body)))
		if err != nil {
			return
		}
		for _, r := range []*savedRead{readOf(data.Numbers), customersReadOf(data.Customers)} {
			if r != nil {
				r.At = time.Now()
			}
		}
		c := New(silent{}, options, log.NewNopLogger())
		if c.restore(data, &numbersReader{}, &customersReader{}) != nil {
			return
		}
		registry := prometheus.NewPedanticRegistry()
		registry.MustRegister(c)
		if _, err := registry.Gather(); err != nil {
			t.Error(err)
		}
	})
}

func readOf(s *savedNumbers) *savedRead {
	if s == nil {
		return nil
	}
	return &s.savedRead
}

func customersReadOf(s *savedCustomers) *savedRead {
	if s == nil {
		return nil
	}
	return &s.savedRead
}

// silent is a source that nothing is read from.
type silent struct{ Source }

func (silent) Numbers(context.Context) iter.Seq2[vobiz.Page[vobiz.Number], error] { return nil }
