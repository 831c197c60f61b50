package vobiztest

import (
	"net/http"
	"strconv"
	"strings"
)

// What a request asks for, as Fault.Endpoint, Request.Endpoint and Count name it.
const (
	EndpointNumbers        = "numbers"         // /numbers
	EndpointAccounts       = "accounts"        // /accounts
	EndpointAccountNumbers = "account_numbers" // /accounts/{id}/numbers
	EndpointOther          = "other"           // any other path
)

const pathPrefix = "/api/v1/partner/"

// call is a request's path and page, read.
type call struct {
	endpoint string
	account  string // of account_numbers
	page     int    // 1 where none is asked for, 0 where it is not a number
}

func parseCall(r *http.Request) call {
	c := call{endpoint: EndpointOther, page: 1}
	if text := r.URL.Query().Get("page"); text != "" {
		c.page, _ = strconv.Atoi(text)
	}
	path, ok := strings.CutPrefix(r.URL.Path, pathPrefix)
	if !ok {
		return c
	}
	switch path {
	case "numbers":
		c.endpoint = EndpointNumbers
	case "accounts":
		c.endpoint = EndpointAccounts
	default:
		rest, under := strings.CutPrefix(path, "accounts/")
		account, numbers := strings.CutSuffix(rest, "/numbers")
		if under && numbers && account != "" {
			c.endpoint, c.account = EndpointAccountNumbers, account
		}
	}
	return c
}
