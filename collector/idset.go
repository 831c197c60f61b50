package collector

// idSet is a set of 64-bit hashes of ids, which take the same little room
// whatever the ids' length: 11 to 21 bytes each, where a map takes some 30. The
// chance that any two of a million ids share a hash is below one in ten million.
// It probes linearly; being hashes, the keys are spread already.
type idSet struct {
	slots []uint64 // a power of two of them, at most three quarters taken; 0 is free
	len   int
}

const minSlots = 64

// add reports whether the hash is new.
func (s *idSet) add(hash uint64) bool {
	if s.len >= len(s.slots)/4*3 {
		s.grow()
	}
	i, found := s.find(hash)
	if !found {
		s.slots[i] = nonZero(hash)
		s.len++
	}
	return !found
}

func (s *idSet) has(hash uint64) bool {
	if s.len == 0 {
		return false
	}
	_, found := s.find(hash)
	return found
}

// all returns the hashes in no order.
func (s *idSet) all() []uint64 {
	list := make([]uint64, 0, s.len)
	for _, hash := range s.slots {
		if hash != 0 {
			list = append(list, hash)
		}
	}
	return list
}

// find returns the slot that holds the hash, or the one where it would go.
func (s *idSet) find(hash uint64) (slot int, found bool) {
	hash = nonZero(hash)
	mask := len(s.slots) - 1
	for i := int(hash) & mask; ; i = (i + 1) & mask { //nolint:gosec // the mask takes care of the sign
		switch s.slots[i] {
		case hash:
			return i, true
		case 0:
			return i, false
		}
	}
}

func (s *idSet) grow() {
	old := s.slots
	s.slots = make([]uint64, max(2*len(old), minSlots))
	for _, hash := range old {
		if hash != 0 {
			i, _ := s.find(hash)
			s.slots[i] = hash
		}
	}
}

// nonZero keeps 0 for free slots.
func nonZero(hash uint64) uint64 {
	if hash == 0 {
		return 1
	}
	return hash
}
