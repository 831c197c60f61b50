package vobiztest

import "sync"

// index finds one customer's numbers without a walk through all of them. It is
// built when first asked for after a change.
type index struct {
	mu        sync.Mutex
	byAccount map[string][]int32 // positions in Inventory.Numbers; nil is not built
}

func (x *index) forget() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.byAccount = nil
}

// numbersOf is where in inv the account's numbers are, and whether there is
// such an account. The caller holds the inventory's lock.
func (x *index) numbersOf(inv *Inventory, account string) ([]int32, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.byAccount == nil {
		x.build(inv)
	}
	positions, ok := x.byAccount[account]
	return positions, ok
}

func (x *index) build(inv *Inventory) {
	x.byAccount = make(map[string][]int32, len(inv.Accounts))
	for i := range inv.Accounts {
		x.byAccount[inv.Accounts[i].AuthID] = nil
	}
	for i := range inv.Numbers {
		account := inv.Numbers[i].AccountID
		x.byAccount[account] = append(x.byAccount[account], int32(i))
	}
	delete(x.byAccount, "") // unassigned stock is nobody's list
}
