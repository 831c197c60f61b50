package collector

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"vobiz_exporter/vobiz"
)

// stateHeader begins a state file: what it is, which format, and then the
// SHA-256 of all that follows the line.
const stateHeader = "vobiz_exporter state 1 "

// maxState bounds what is read of a state file.
const maxState = 512 << 20

// state is what outlives a restart: counts and what is shown number by number,
// and no secret.
type state struct {
	Settings  string // of the collector that wrote it; another's counts do not fit
	Numbers   *savedNumbers
	Customers *savedCustomers
}

// savedRead is when and how a list was read.
type savedRead struct {
	At     time.Time
	Up     bool  // no later read failed
	Took   int64 // of the last read, µs
	Tally  tally
	Capped int
}

type savedNumbers struct {
	savedRead
	Groups            []savedGroup
	Accounts          map[string]*accountFacts
	Billing, Problems []detailEntry

	DroppedBilling, DroppedProblems int
}

type savedGroup struct {
	Key   groupKey
	Group *group
}

type savedCustomers struct {
	savedRead
	Customers []customer
}

// writeState replaces the file as a whole, readable by its owner alone.
func writeState(path string, s *state) (err error) {
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // with mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = fmt.Fprintf(f, "%s%s\n%s", stateHeader, hex.EncodeToString(sum[:]), body)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// readState returns what writeState wrote, or an error that says why it is of no
// use.
func readState(path string) (*state, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxState {
		return nil, errors.New("not a file of a sensible size")
	}
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	return parseState(data)
}

func parseState(data []byte) (*state, error) {
	rest, ok := bytes.CutPrefix(data, []byte(stateHeader))
	if !ok {
		return nil, errors.New("not a state file of this version")
	}
	sum, body, _ := bytes.Cut(rest, []byte("\n"))
	if want := sha256.Sum256(body); string(sum) != hex.EncodeToString(want[:]) {
		return nil, errors.New("damaged: its checksum is not that of its content")
	}
	var s state
	if err := json.Unmarshal(body, &s); err != nil {
		return nil, errors.New("damaged: its content is not of the expected form")
	}
	return &s, nil
}

// shape spells a type out, down to the names of its own fields.
func shape(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return "[" + shape(t.Elem()) + "]"
	case reflect.Map:
		return "map " + shape(t.Key()) + " " + shape(t.Elem())
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return t.String()
		}
		var fields strings.Builder
		for f := range t.Fields() {
			fields.WriteString(" " + f.Name + " " + shape(f.Type))
		}
		return "{" + fields.String() + "}"
	default:
		return t.String()
	}
}

func saveNumbers(read *inventoryRead, r savedRead) *savedNumbers {
	s := &savedNumbers{
		savedRead: r, Accounts: read.Accounts, Billing: read.Billing, Problems: read.Problems,
		DroppedBilling: read.Dropped.Billing, DroppedProblems: read.Dropped.Problems,
	}
	s.Tally, s.Capped = read.tally, read.Capped
	for key, g := range read.Groups {
		s.Groups = append(s.Groups, savedGroup{key, g})
	}
	return s
}

// restore makes the inventory again, or errs where it is not one that a fold
// with these options could have come to.
func (s *savedNumbers) restore(o FoldOptions) (*inventoryRead, error) {
	read := &inventoryRead{tally: s.Tally, Inventory: &Inventory{
		Groups: make(map[groupKey]*group), Accounts: s.Accounts, Billing: s.Billing, Problems: s.Problems, Capped: s.Capped,
	}}
	read.Dropped.Billing, read.Dropped.Problems = s.DroppedBilling, s.DroppedProblems
	for _, g := range s.Groups {
		if g.Group == nil || len(g.Group.Due) != len(o.Windows)+1 || read.Groups[g.Key] != nil {
			return nil, errForeign
		}
		read.Groups[g.Key] = g.Group
	}
	for _, facts := range s.Accounts {
		if facts == nil {
			return nil, errForeign
		}
	}
	if !allDifferent(s.Billing, o.DetailLimit) || !allDifferent(s.Problems, o.DetailLimit) {
		return nil, errForeign
	}
	return read, nil
}

func (s *savedCustomers) restore() (*customersRead, error) {
	seen := make(map[string]struct{})
	for _, c := range s.Customers {
		seen[c.Account] = struct{}{}
		if c.Enabled > vobiz.True {
			return nil, errForeign
		}
	}
	if len(seen) != len(s.Customers) {
		return nil, errForeign
	}
	return &customersRead{tally: s.Tally, customers: s.Customers, capped: s.Capped}, nil
}

var errForeign = errors.New("its content does not fit together")

func allDifferent(entries []detailEntry, most int) bool {
	seen := make(map[detailKey]struct{})
	for _, e := range entries {
		seen[e.Key] = struct{}{}
	}
	return len(seen) == len(entries) && len(entries) <= most
}
