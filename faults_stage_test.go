package main

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"vobiz_exporter/internal/model"
	"vobiz_exporter/vobiz/vobiztest"
)

// stage is an API, the way to it, and how either breaks and is repaired.
type stage struct {
	api    *vobiztest.Server
	server *httptest.Server
	url    string   // what the exporter is told
	flags  []string // it needs beside
	strike func()
	repair func()
}

func newStage(t *testing.T, row *faultRow, inv *vobiztest.Inventory) *stage {
	s := &stage{api: vobiztest.NewServer(inv, vobiztest.Options{}), repair: func() {}}
	s.strike = func() { s.api.Inject(row.faults...) }
	s.serve(nil)
	s.url = s.server.URL
	t.Cleanup(func() {
		s.api.Clear() // lets go what hangs
		s.server.Close()
	})
	if row.stage != nil {
		row.stage(t, s)
	}
	return s
}

// serve puts the API on a listener, or on any free port.
func (s *stage) serve(l net.Listener) {
	s.server = httptest.NewUnstartedServer(s.api)
	s.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if l != nil {
		s.server.Listener.Close()
		s.server.Listener = l
	}
	s.server.Start()
}

// refused: nobody listens on the API's port.
func refused(t *testing.T, s *stage) {
	address := s.server.Listener.Addr().String()
	s.strike = func() { s.server.Close() }
	s.repair = func() {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		s.serve(l)
	}
}

// otherCertificate: the API shows one that no authority vouches for.
func otherCertificate(t *testing.T, s *stage) {
	dir := t.TempDir()
	cert, err := tls.LoadX509KeyPair(selfSigned(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	var broken atomic.Bool
	s.server.Close()
	s.server = httptest.NewUnstartedServer(s.api)
	s.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.server.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if broken.Load() {
			return &tls.Config{Certificates: []tls.Certificate{cert}}, nil
		}
		return nil, nil
	}}
	s.server.StartTLS()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	s.url, s.flags = s.server.URL, []string{"--vobiz.ca-file=" + ca}
	s.strike = func() {
		broken.Store(true)
		s.server.CloseClientConnections()
	}
	s.repair = func() { broken.Store(false) }
}

// noSuchName: the resolver, for the time of the test one of its own, knows the
// API's name no more.
func noSuchName(t *testing.T, s *stage) {
	var broken atomic.Bool
	system := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		if broken.Load() {
			return nil, errors.New("no name server answers")
		}
		client, server := net.Pipe()
		go answerName(server)
		return client, nil
	}}
	t.Cleanup(func() { net.DefaultResolver = system })
	s.url = strings.Replace(s.server.URL, "127.0.0.1", "api.invalid", 1)
	s.strike = func() {
		broken.Store(true)
		s.server.CloseClientConnections()
	}
	s.repair = func() { broken.Store(false) }
}

// answerName answers one query, as DNS over a stream, with 127.0.0.1.
func answerName(conn net.Conn) {
	defer conn.Close()
	var length uint16
	if binary.Read(conn, binary.BigEndian, &length) != nil {
		return
	}
	query := make([]byte, length)
	if _, err := io.ReadFull(conn, query); err != nil {
		return
	}
	const header = 12
	end := header + slices.Index(query[header:], 0) + 5 // the name's end, type, class
	answers := byte(0)
	if binary.BigEndian.Uint16(query[end-4:]) == 1 { // A
		answers = 1
	}
	reply := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, answers, 0, 0, 0, 0}, query[header:end]...)
	if answers > 0 {
		reply = append(reply, 0xc0, header, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1)
	}
	_, _ = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
}

// otherHost redirects to a server that must not be asked.
func otherHost(t *testing.T, s *stage) {
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the other host was asked, with the token %t", r.Header.Get("X-Auth-Token") != "")
	}))
	t.Cleanup(other.Close)
	s.strike = func() { s.api.Inject(vobiztest.Fault{Handler: vobiztest.Redirect(other.URL)}) }
}

// beforeAndAfter are two inventories of 93 numbers, which make five pages: of the second a few numbers and customers
// are others, so that it shows which one is served.
func beforeAndAfter(o model.Options, change func(*vobiztest.Inventory)) (before, after *vobiztest.Inventory) {
	before = vobiztest.Generate(vobiztest.GenerateOptions{Seed: 11, Customers: 12, Numbers: 93, Now: o.Now})
	model.SettleDates(before, o)
	after = cloned(before)
	after.Numbers[0].Status, after.Numbers[1].MonthlyFee = "replaced", 4321
	after.Accounts[0].CashCredits, after.Accounts[1].KYCStatus = 98765, "replaced"
	if change != nil {
		change(after)
	}
	return before, after
}

// cloned copies the lists, so that changes to one inventory spare the other.
func cloned(inv *vobiztest.Inventory) *vobiztest.Inventory {
	return &vobiztest.Inventory{Numbers: slices.Clone(inv.Numbers), Accounts: slices.Clone(inv.Accounts)}
}

func up(s model.Series) bool {
	return s[`vobiz_up{endpoint="numbers"}`] == 1 && s[`vobiz_up{endpoint="accounts"}`] == 1
}

// settled pulls until both lists are read and no read is under way.
func (e *exporter) settled(t *testing.T) model.Series {
	t.Helper()
	for {
		got := e.pull("60")
		if up(got) && got[`vobiz_inventory_refreshing{endpoint="numbers"}`]+got[`vobiz_inventory_refreshing{endpoint="accounts"}`] == 0 {
			return got
		}
		if t.Context().Err() != nil {
			t.Fatal("never settled")
		}
	}
}
