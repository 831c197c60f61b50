package collector

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
)

// store keeps the last good data in a file. It never fails: what goes wrong is
// logged when it begins and when it ends, and the data in memory is unharmed.
type store struct {
	path     string
	settings string
	logger   log.Logger

	mu      sync.Mutex
	failing bool
}

func newStore(o Options, logger log.Logger) *store {
	fold := o.Fold
	// All that the counts depend on, so that those of other settings, or of a
	// version that counted something else, are not taken for these.
	settings := sha256.Sum256(fmt.Appendf(nil, "%s %q %v %d %t %t %t %t",
		shape(reflect.TypeFor[state]()), o.Partner, fold.Windows, fold.DetailLimit, fold.NumbersByID, fold.ByAccount, o.Accounts, o.AccountNames))
	return &store{path: o.StateFile, settings: hex.EncodeToString(settings[:]), logger: log.With(logger, "file", o.StateFile)}
}

// load returns the file's data, or nil where there is none of use.
func (s *store) load() *state {
	data, err := readState(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && data.Settings != s.settings:
		err = errors.New("written under other settings or by another version")
	}
	if err != nil {
		level.Warn(s.logger).Log("msg", "the state file is of no use, and will be replaced", "err", err)
		return nil
	}
	return data
}

// save writes what data returns. It is asked for under the lock, so that of two
// saves the later one has the later data.
func (s *store) save(data func() *state) {
	s.mu.Lock()
	defer s.mu.Unlock()
	current := data()
	current.Settings = s.settings
	err := writeState(s.path, current)
	switch {
	case err != nil && !s.failing:
		level.Error(s.logger).Log("msg", "the state file cannot be written; a restart will begin without data", "err", err)
	case err == nil && s.failing:
		level.Info(s.logger).Log("msg", "the state file is written again")
	}
	s.failing = err != nil
}

// resume takes up the data of the state file where it is young enough to be
// served, and has it written after each good read.
func (c *Collector) resume(numbers *numbersReader, customers *customersReader) {
	c.numbers.published = c.save
	if c.customers != nil {
		c.customers.published = c.save
	}
	data := c.store.load()
	if data == nil {
		return
	}
	if err := c.restore(data, numbers, customers); err != nil {
		level.Warn(c.store.logger).Log("msg", "the state file is of no use, and will be replaced", "err", err)
	}
}

func (c *Collector) restore(data *state, numbers *numbersReader, customers *customersReader) error {
	var numbersRead *inventoryRead
	var customersRead *customersRead
	var err error
	if s := data.Numbers; s != nil && c.young(s.At) {
		if numbersRead, err = s.restore(c.options.Fold); err != nil {
			return err
		}
	}
	if s := data.Customers; s != nil && c.customers != nil && c.young(s.At) {
		if customersRead, err = s.restore(); err != nil {
			return err
		}
	}
	if numbersRead != nil {
		numbers.trust.accept(numbersRead.tally)
		c.numbers.restore(c.numbersView(numbersRead), data.Numbers.savedRead)
	}
	if customersRead != nil {
		customers.trust.accept(customersRead.tally)
		c.customers.restore(c.customersView(customersRead), data.Customers.savedRead)
	}
	return nil
}

// young tells whether data of that time may be served. Data from the future is
// not: a clock was wrong, then or now.
func (c *Collector) young(at time.Time) bool {
	age := time.Since(at)
	return age >= 0 && age <= c.options.Cache.MaxAge
}

// save writes what is served now.
func (c *Collector) save() { c.store.save(c.current) }

// current is what is served now.
func (c *Collector) current() *state {
	data := &state{}
	if s := c.numbers.snapshot(); s.value != nil {
		data.Numbers = saveNumbers(s.value.inventoryRead, savedRead{At: s.at, Up: s.up, Took: s.took.Microseconds()})
	}
	if c.customers != nil {
		if s := c.customers.snapshot(); s.value != nil {
			data.Customers = &savedCustomers{
				savedRead: savedRead{At: s.at, Up: s.up, Took: s.took.Microseconds(), Tally: s.value.tally, Capped: s.value.capped},
				Customers: s.value.customers,
			}
		}
	}
	return data
}
