package collector

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"

	"vobiz_exporter/vobiz"
)

// changes calls f for each field of the struct that v points to, down to its
// leaves, while that one field has another value.
func changes(v reflect.Value, path string, f func(path string)) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			break
		}
		for i := range v.NumField() {
			changes(v.Field(i), path+"."+v.Type().Field(i).Name, f)
		}
		return
	case reflect.Array, reflect.Slice:
		for i := range v.Len() {
			changes(v.Index(i), fmt.Sprintf("%s[%d]", path, i), f)
		}
		return
	default:
	}
	before := reflect.ValueOf(v.Interface())
	defer v.Set(before)
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Int64:
		v.SetInt(v.Int() + 7)
	case reflect.Struct:
		v.Set(reflect.ValueOf(v.Interface().(time.Time).Add(24 * time.Hour)))
	default:
		panic("no other value for " + path)
	}
	f(path)
}

// TestEveryFieldCounts: each field of a number makes a difference to what the
// inventory comes to.
func TestEveryFieldCounts(t *testing.T) {
	number := vobiz.Number{
		ID: "1", AccountID: "MA_1", E164: "+911", Country: "IN", Status: statusActive, Currency: "INR",
		MonthlyFee: 1, NextBilling: foldNow.Add(time.Hour),
		Capabilities: vobiz.Capabilities{Voice: true}, Blocked: true, AadhaarRequired: true,
	}
	fold := func() (inventories [2]*Inventory) {
		for i := range inventories {
			inventories[i] = foldOf(FoldOptions{ByAccount: true, DetailLimit: 10, NumbersByID: i == 1}, number)
		}
		return inventories
	}
	before := fold()
	changes(reflect.ValueOf(&number).Elem(), "Number", func(path string) {
		if reflect.DeepEqual(fold(), before) {
			t.Errorf("%s makes no difference: see fold in inventory.go", path)
		}
	})
}

// TestEveryCountIsShown: each count and sum of a group makes a difference to some
// series.
func TestEveryCountIsShown(t *testing.T) {
	windows := []Window{{"7d", 7 * 24 * time.Hour}, {"30d", 30 * 24 * time.Hour}}
	g := &group{AadhaarRequired: 1, Due: make([]due, len(windows)+1)}
	e := newExposer(FoldOptions{Windows: windows, ByAccount: true})
	shown := func() []string {
		read := &inventoryRead{Inventory: &Inventory{Groups: map[groupKey]*group{{"MA_1", "IN", "active", "INR"}: g}}}
		var series []string
		for _, m := range e.numbersView(read).metrics {
			var wire dto.Metric
			if err := m.Write(&wire); err != nil {
				t.Fatal(err)
			}
			series = append(series, m.Desc().String()+wire.String())
		}
		slices.Sort(series)
		return series
	}
	before := shown()
	changes(reflect.ValueOf(g).Elem(), "group", func(path string) {
		if cmp.Equal(shown(), before) {
			t.Errorf("%s is in no series: see families.go", path)
		}
	})
}

// TestShape: a count more or less, however deep, makes another shape, so that a
// state file without it is not taken for one that counted none.
func TestShape(t *testing.T) {
	got := shape(reflect.TypeFor[state]())
	for _, field := range []string{"Settings string", "Numbers [{", "Groups [{", "AadhaarUnverified int64", "Monthly vobiz.Money", "Due [{", "NextBilling int64", "KYCStatus string"} {
		if !strings.Contains(got, " "+field) {
			t.Errorf("no %s in %s", field, got)
		}
	}
}
