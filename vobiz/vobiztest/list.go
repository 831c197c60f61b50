package vobiztest

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// The vendor's paging.
const (
	defaultPerPage = 20
	maxPerPage     = 100
)

// window is the part of a list that a page shows.
type window struct {
	page, perPage int
	search        string
}

// bounds are the half-open positions of the page's items in a list of total.
func (v window) bounds(total int) (lo, hi int) {
	if v.page-1 >= (total+v.perPage-1)/v.perPage {
		return total, total
	}
	lo = (v.page - 1) * v.perPage
	return lo, min(lo+v.perPage, total)
}

func (s *Server) window(query url.Values) (window, error) {
	page, err := positive(query, "page", 1)
	if err != nil {
		return window{}, err
	}
	perPage, err := positive(query, "per_page", defaultPerPage)
	if err != nil {
		return window{}, err
	}
	return window{page: page, perPage: min(perPage, s.options.MaxPerPage), search: query.Get("search")}, nil
}

func positive(query url.Values, name string, absent int) (int, error) {
	text := query.Get(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, errors.New(name + " must be a whole number above 0")
	}
	return n, nil
}

// list answers one of the three lists.
func (s *Server) list(w http.ResponseWriter, r *http.Request, c call) {
	if c.endpoint == EndpointOther {
		s.fail(w, http.StatusNotFound, "no such endpoint")
		return
	}
	v, err := s.window(r.URL.Query())
	if err != nil {
		s.fail(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	buffer := s.buffer()
	defer s.buffers.Put(buffer)
	body, ok := s.encode((*buffer)[:0], c, v)
	*buffer = body
	if !ok {
		s.fail(w, http.StatusNotFound, "no such customer account")
		return
	}
	s.send(w, r, body)
}

// encode appends the page of the list that c asks for, all of one moment, or
// reports that there is no such customer.
func (s *Server) encode(dst []byte, c call, v window) ([]byte, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	inv := s.inventory
	if c.endpoint == EndpointAccounts {
		return appendAccounts(dst, inv.Accounts, v), true
	}
	list := numberList{all: inv.Numbers, whole: true}
	if c.endpoint == EndpointAccountNumbers {
		positions, ok := s.index.numbersOf(inv, c.account)
		if !ok {
			return dst, false
		}
		list.positions, list.whole = positions, false
	}
	if v.search != "" {
		list = list.search(v.search)
	}
	dst = list.appendPage(dst, v)
	if c.endpoint == EndpointAccountNumbers {
		dst = appendText(append(dst, `,"account_auth_id":`...), c.account)
	}
	return append(dst, '}'), true
}

// numberList is all numbers, or those at some positions.
type numberList struct {
	all       []Number
	positions []int32
	whole     bool
}

func (l numberList) len() int {
	if l.whole {
		return len(l.all)
	}
	return len(l.positions)
}

func (l numberList) position(i int) int {
	if l.whole {
		return i
	}
	return int(l.positions[i])
}

func (l numberList) search(text string) numberList {
	found := numberList{all: l.all}
	for i := range l.len() {
		if p := l.position(i); strings.Contains(l.all[p].E164, text) {
			found.positions = append(found.positions, int32(p))
		}
	}
	return found
}

func (l numberList) appendPage(dst []byte, v window) []byte {
	lo, hi := v.bounds(l.len())
	dst = append(dst, `{"items":[`...)
	for i := lo; i < hi; i++ {
		if i > lo {
			dst = append(dst, ',')
		}
		dst = l.all[l.position(i)].AppendJSON(dst)
	}
	return appendEcho(append(dst, ']'), "per_page", v, l.len())
}

func appendAccounts(dst []byte, accounts []Account, v window) []byte {
	lo, hi := v.bounds(len(accounts))
	dst = append(dst, `{"accounts":[`...)
	for i := range accounts[lo:hi] {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = accounts[lo+i].AppendJSON(dst)
	}
	return append(appendEcho(append(dst, ']'), "size", v, len(accounts)), '}')
}

// appendEcho appends what tells the reader which page this is and of how many.
func appendEcho(dst []byte, sizeKey string, v window, total int) []byte {
	dst = strconv.AppendInt(append(dst, `,"page":`...), int64(v.page), 10)
	dst = append(append(append(dst, `,"`...), sizeKey...), `":`...)
	dst = strconv.AppendInt(dst, int64(v.perPage), 10)
	return strconv.AppendInt(append(dst, `,"total":`...), int64(total), 10)
}
