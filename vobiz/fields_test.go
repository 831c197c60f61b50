package vobiz_test

import (
	"reflect"
	"testing"
	"time"

	"vobiz_exporter/vobiz"
	"vobiz_exporter/vobiz/vobiztest"
)

// TestEveryFieldIsDecoded: what Number and Account have a field for is read, where
// the API sends it.
func TestEveryFieldIsDecoded(t *testing.T) {
	inv := vobiztest.VendorExample()
	inv.Accounts, inv.Numbers = inv.Accounts[:1], inv.Numbers[:1]
	fill(reflect.ValueOf(&inv.Accounts[0]).Elem())
	fill(reflect.ValueOf(&inv.Numbers[0]).Elem())
	inv.Numbers[0].VoiceEnabled = false // it is the absence that has a field
	client := newClient(t, config(serve(t, vobiztest.NewServer(inv, vobiztest.Options{}))))
	for page, err := range client.Numbers(t.Context()) {
		if err != nil || len(page.Items) != 1 {
			t.Fatal(page, err)
		}
		filled(t, "Number", reflect.ValueOf(page.Items[0]))
	}
	for page, err := range client.Accounts(t.Context()) {
		if err != nil || len(page.Items) != 1 {
			t.Fatal(page, err)
		}
		filled(t, "Account", reflect.ValueOf(page.Items[0]))
	}
}

// fill gives each field a value that is not its zero.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.Type() == reflect.TypeFor[vobiztest.Style](), v.Type().Field(i).Name == "Raw":
		case f.Type() == reflect.TypeFor[vobiztest.Stamp]():
			f.Set(reflect.ValueOf(vobiztest.At(testNow)))
		case f.Kind() == reflect.Struct:
			fill(f)
		case f.Kind() == reflect.String && f.Len() == 0:
			f.SetString("x")
		case f.Kind() == reflect.Bool:
			f.SetBool(true)
		case f.Kind() == reflect.Float64:
			f.SetFloat(1.5)
		}
	}
}

func filled(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		f, name := v.Field(i), path+"."+v.Type().Field(i).Name
		switch {
		case f.Kind() == reflect.Struct && f.Type() != reflect.TypeFor[time.Time]():
			filled(t, name, f)
		case f.IsZero() || f.Type() == reflect.TypeFor[vobiz.Flag]() && f.Uint() == uint64(vobiz.False):
			t.Errorf("%s is never decoded: see decode_items.go", name)
		}
	}
}
