package collector

import (
	"context"
	"errors"
	"hash/maphash"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/prometheus/client_golang/prometheus"

	"vobiz_exporter/vobiz"
)

// AccountSource is where the numbers of one customer come from.
type AccountSource interface {
	AccountNumbers(ctx context.Context, account string) iter.Seq2[vobiz.Page[vobiz.Number], error]
}

// ErrUnknownAccount says that the API knows no such customer.
var ErrUnknownAccount = errors.New("the API knows no such customer")

// ErrBusy says that too many customers are being read to begin with one more.
var ErrBusy = errors.New("too many customers are being read")

// minProbeReads is how many customers may be being read at a time, however few
// are kept.
const minProbeReads = 64

// Prober serves the inventories of single customers, each behind a cache of its
// own. It keeps those that were asked for last.
type Prober struct {
	source  AccountSource
	options Options
	exposer exposer
	logger  log.Logger
	seed    maphash.Seed
	runner  *runner
	most    int64        // reads under way beyond which none begins for a customer not kept
	reading atomic.Int64 // reads under way: they outlive the probe that wanted them

	mu       sync.Mutex
	accounts *simplelru.LRU[string, *cache[numbersView]]
}

// NewProber returns a prober that keeps at most so many customers, at least one.
// It reads nothing until Run.
func NewProber(source AccountSource, options Options, most int, logger log.Logger) (*Prober, error) {
	accounts, err := simplelru.NewLRU[string, *cache[numbersView]](most, nil)
	if err != nil {
		return nil, err
	}
	return &Prober{
		source: source, options: options, exposer: newExposer(options.Fold), logger: logger,
		seed: maphash.MakeSeed(), runner: newRunner(), most: int64(max(most, minProbeReads)), accounts: accounts,
	}, nil
}

// Run reads whenever a probe wants it, until ctx is done, and returns when no
// read is under way any more. Call it once.
func (p *Prober) Run(ctx context.Context) { p.runner.run(ctx) }

// Probe returns the metrics of one customer, once its data is younger than the
// minimum refresh interval, or the read that this calls for is over, or ctx is
// done. Its error is ErrUnknownAccount or ErrBusy.
func (p *Prober) Probe(ctx context.Context, account string) (prometheus.Collector, error) {
	start := time.Now()
	numbers, err := p.cacheOf(account)
	if err != nil {
		return nil, err
	}
	numbers.await(ctx)
	state := numbers.snapshot()
	if errors.Is(state.err, vobiz.ErrNotFound) {
		p.forget(account, numbers)
		return nil, ErrUnknownAccount
	}
	if state.err != nil {
		level.Debug(p.logger).Log("msg", "probe", "account", account, "err", state.err)
	}
	return &probe{exposer: p.exposer, state: state, maxAge: p.options.Cache.MaxAge, took: time.Since(start)}, nil
}

// cacheOf returns the customer's cache, a new one where none is kept.
func (p *Prober) cacheOf(account string) (*cache[numbersView], error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if kept, ok := p.accounts.Get(account); ok {
		return kept, nil
	}
	if p.reading.Load() >= p.most {
		return nil, ErrBusy
	}
	reader := &numbersReader{options: p.options.Fold, seed: p.seed, pages: func(ctx context.Context) iter.Seq2[vobiz.Page[vobiz.Number], error] {
		return p.source.AccountNumbers(ctx, account)
	}}
	// One customer's failures are told by its probe, not in the log: a thousand
	// customers would all say that the API is down.
	fresh := newCache(string(vobiz.EndpointAccountNumbers), p.options.Cache, log.NewNopLogger(), p.runner,
		func(ctx context.Context) (*numbersView, error) {
			p.reading.Add(1)
			defer p.reading.Add(-1)
			read, err := reader.read(ctx)
			if err != nil {
				return nil, err
			}
			return p.exposer.numbersView(read), nil
		})
	p.accounts.Add(account, fresh)
	return fresh, nil
}

// forget makes room of what holds nothing.
func (p *Prober) forget(account string, numbers *cache[numbersView]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if kept, ok := p.accounts.Peek(account); ok && kept == numbers {
		p.accounts.Remove(account)
	}
}

// probe is what one probe shows.
type probe struct {
	exposer
	state  cacheState[numbersView]
	maxAge time.Duration
	took   time.Duration
}

// Describe implements prometheus.Collector.
func (p *probe) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range p.descs {
		ch <- d.desc
	}
}

// Collect implements prometheus.Collector.
func (p *probe) Collect(ch chan<- prometheus.Metric) {
	const endpoint = string(vobiz.EndpointAccountNumbers)
	now := time.Now()
	served := p.state.servable(p.maxAge)
	ch <- p.descs.gauge(probeSuccessID, float64(one(p.state.up && served != nil)))
	ch <- p.descs.gauge(probeDurationID, p.took.Seconds())
	if p.state.value != nil {
		ch <- p.descs.gauge(lastSuccessID, unixSeconds(p.state.at.UnixMicro()), endpoint)
		ch <- p.descs.gauge(ageID, now.Sub(p.state.at).Seconds(), endpoint)
	}
	if served != nil {
		send(ch, served.metrics)
		sendMoments(ch, served.moments, now)
	}
}
