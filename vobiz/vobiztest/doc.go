// Package vobiztest is the Partner API in process: an [http.Handler] that
// answers the three list endpoints as the vendor does, over a made-up inventory
// that can be generated, looked into and changed while it is served.
//
// Tests talk to it over real HTTP and script its faults; the exporter's demo
// serves from it. It is not a mock of the client: it knows nothing of the code
// that reads it.
package vobiztest
