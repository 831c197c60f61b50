// Package collector turns the numbers and customers of a Vobiz partner into
// Prometheus metrics. It keeps no number: each is folded into counts as it
// arrives, the counts are swapped whole once a read has succeeded, and a pull
// replays metrics made from them beforehand.
//
// A number travels one way: source page, fold (inventory.go), metrics
// (families.go), wire.
package collector
