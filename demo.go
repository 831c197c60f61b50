package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"vobiz_exporter/vobiz"
	"vobiz_exporter/vobiz/vobiztest"
)

// startDemo runs a made-up Partner API on a loopback port until ctx is done, and
// points config at it.
func startDemo(ctx context.Context, background *sync.WaitGroup, config *vobiz.Config) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	demo := vobiztest.NewDemo(time.Now())
	server := &http.Server{Handler: demo, ReadHeaderTimeout: readTimeout}
	background.Go(func() { _ = server.Serve(listener) })
	background.Go(func() { demo.Run(ctx) })
	background.Go(func() {
		<-ctx.Done()
		_ = server.Close()
	})
	config.BaseURL = "http://" + listener.Addr().String()
	config.AuthID = vobiztest.DefaultAuthID
	config.Token = func() (vobiz.Secret, error) { return vobiztest.DefaultAuthToken, nil }
	config.ProxyURL = nil
	return nil
}
