package vobiztest_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"vobiz_exporter/vobiz/vobiztest"
)

func TestFaultsOnTheWire(t *testing.T) {
	t.Run("reset", func(t *testing.T) {
		if _, _, err := fetch(t, serve(t, faulty(t, vobiztest.Reset())), "/numbers"); !errors.Is(err, syscall.ECONNRESET) {
			t.Error(err)
		}
	})
	t.Run("truncated", func(t *testing.T) {
		response, body, err := fetch(t, serve(t, faulty(t, vobiztest.Truncated())), "/numbers")
		if !errors.Is(err, io.ErrUnexpectedEOF) || response.StatusCode != 200 || len(body) != int(response.ContentLength)/2 {
			t.Errorf("%v after %d bytes of %v", err, len(body), response)
		}
	})
	t.Run("hang ends with Clear", func(t *testing.T) {
		server, reached := vobiztest.NewServer(small(t), vobiztest.Options{}), make(chan struct{})
		server.Inject(
			vobiztest.Fault{Handler: vobiztest.Before(func() { close(reached) })},
			vobiztest.Fault{Handler: vobiztest.Hang()},
		)
		base, ended := serve(t, server), make(chan error)
		go func() {
			_, _, err := fetch(t, base, "/numbers")
			ended <- err
		}()
		<-reached
		server.Clear()
		if err := <-ended; !errors.Is(err, io.EOF) {
			t.Error(err)
		}
	})
	t.Run("bomb", func(t *testing.T) {
		const size = 20 << 20
		response, body, err := fetch(t, serve(t, faulty(t, vobiztest.GzipBomb(size))), "/numbers")
		if err != nil || !response.Uncompressed || len(body) < size || !bytes.HasPrefix(body, []byte(`{"items":[{"id":"AAAA`)) {
			t.Errorf("%v, %d bytes", err, len(body))
		}
	})
	t.Run("endless", func(t *testing.T) {
		_, body, err := fetch(t, serve(t, faulty(t, vobiztest.Endless(1<<20))), "/numbers")
		if err != nil || len(body) < 1<<20 || len(body) > 1<<20+200 {
			t.Errorf("%v, %d bytes", err, len(body))
		}
		decode[page](t, append(body, "]}"...))
	})
	t.Run("drip", func(t *testing.T) {
		server := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
		server.Inject(vobiztest.Fault{Handler: vobiztest.Drip(time.Nanosecond)})
		_, body, err := fetch(t, serve(t, server), "/numbers")
		if err != nil || len(decode[page](t, body).Items) != 2 {
			t.Errorf("%v, %s", err, body)
		}
	})
}

func TestSlowAnswersTakeTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := vobiztest.NewServer(vobiztest.VendorExample(), vobiztest.Options{})
		server.Inject(
			vobiztest.Fault{Endpoint: vobiztest.EndpointNumbers, Handler: vobiztest.Drip(time.Second)},
			vobiztest.Fault{Endpoint: vobiztest.EndpointAccounts, Handler: vobiztest.Delay(time.Minute)},
		)
		start := time.Now()
		w := ask(t, server, "/numbers")
		if took := time.Since(start); took != time.Duration(w.Body.Len())*time.Second {
			t.Errorf("%d bytes took %s", w.Body.Len(), took)
		}
		start = time.Now()
		ask(t, server, "/accounts")
		if took := time.Since(start); took != time.Minute {
			t.Errorf("delayed by %s", took)
		}
	})
}

func TestHangLastsUntilClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := faulty(t, vobiztest.Hang())
		start := time.Now()
		time.AfterFunc(time.Hour, server.Clear)
		func() {
			defer func() {
				if got := recover(); got != http.ErrAbortHandler {
					t.Errorf("ended with %v", got)
				}
			}()
			ask(t, server, "/numbers")
		}()
		if took := time.Since(start); took != time.Hour {
			t.Errorf("hung for %s", took)
		}
	})
}
