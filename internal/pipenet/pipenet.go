// Package pipenet is a network inside the process, so that a test of a client
// and a server can run on the fake clock of testing/synctest.
package pipenet

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
)

// Network connects one server with its clients.
type Network struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

var errClosed = errors.New("network closed")

// Serve serves handler on a network of its own, until the test is over.
func Serve(t testing.TB, handler http.Handler) *Network {
	return Start(t, &http.Server{Handler: handler})
}

// Start runs server on a network of its own, until the test is over.
func Start(t testing.TB, server *http.Server) *Network {
	n := &Network{conns: make(chan net.Conn), done: make(chan struct{})}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(n)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-served
	})
	return n
}

// Dial connects to the server, whatever the address.
func (n *Network) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case n.conns <- theirs:
		return ours, nil
	case <-n.done:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (n *Network) Accept() (net.Conn, error) {
	select {
	case c := <-n.conns:
		return c, nil
	case <-n.done:
		return nil, errClosed
	}
}

// Close implements net.Listener.
func (n *Network) Close() error {
	n.once.Do(func() { close(n.done) })
	return nil
}

// Addr implements net.Listener.
func (n *Network) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }
