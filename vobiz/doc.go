// Package vobiz reads the Vobiz Partner API: the numbers of every customer, the
// numbers of one, and the customers themselves. It is read-only, streams page by
// page, keeps to one request rate over everything it asks, and knows nothing of
// metrics, flags or logs.
//
// Customers' own credentials and personal data, which the API sends along, never
// leave the decoder.
package vobiz
