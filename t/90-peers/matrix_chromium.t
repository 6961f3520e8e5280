# Chromium as a client of our server in the matrix of transports, compression settings (ours: the browser offers what it always offers), sizes and kinds of messages.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(certificate temp_dir);
use UETest::Browser;
use UETest::Matrix;

my $browser = UETest::Browser->start;
my $dir = temp_dir();
my ($cert, $key) = certificate($dir);
my $tab = $browser->tab;

# Leaves its results in window.cells: names of those that came back as they went, and 'end' at last.
my $script = <<'SCRIPT';
const [url, cells] = arguments;
window.cells = [];
window.agreed = '';
const payload = (kind, size) => {
    if (kind === 'text') { const unit = 'grüße 漢字 🙂 '; const n = Math.floor(size / 26); return unit.repeat(n) + 'x'.repeat(size - 26 * n); }
    const data = new Uint8Array(size);
    for (let at = size >> 1; at < size; at += 65536) crypto.getRandomValues(data.subarray(at, Math.min(size, at + 65536)));
    return data;
};
const same = (a, b) => typeof a === 'string' ? a === b : b instanceof ArrayBuffer && b.byteLength === a.length && new Uint8Array(b).every((octet, i) => octet === a[i]);
const ws = new WebSocket(url);
ws.binaryType = 'arraybuffer';
let at = 0, sent;
const next = () => {
    if (at === cells.length) { ws.close(1000); return; }
    const [kind, size] = cells[at].split(' ');
    sent = payload(kind, +size);
    ws.send(sent);
};
ws.onopen = () => { window.agreed = ws.extensions; next(); };
ws.onmessage = event => { if (same(sent, event.data)) window.cells.push(cells[at]); ++at; next(); };
ws.onclose = event => { window.cells.push('end ' + event.code); document.title = 'end'; };
SCRIPT

my %agreed = (off => qr/\A\z/, on => qr/\Apermessage-deflate/, 'no-takeover' => qr/no_context_takeover/, window9 => qr/max_window_bits=9/);
my $passed = 0;
for my $setting (@UETest::Matrix::SETTINGS) {
    for my $tls (0, 1) {
        my $what = 'our server, Chromium, ' . ($tls ? 'TLS' : 'plain') . ", compression $setting";
        my $server = UETest::Matrix::our_server($setting, $tls ? ($cert, $key) : ());
        my @cells = grep { !/fragmented/ } UETest::Matrix::cells($setting);
        $browser->go($tab, $server->http);
        $browser->run($tab, $script, $server->ws, \@cells);
        my $ended = eval { $browser->wait_for($tab, "document.title === 'end'") };
        my @good = @{$browser->run($tab, 'return window.cells')};
        is pop @good, 'end 1000', "$what: ends well";
        is "@good", "@cells", "$what: " . @cells . ' cells';
        like $browser->run($tab, 'return window.agreed'), $agreed{$setting}, "$what: agreed";
        $passed += @good;
        is $server->stop, 0, "$what: so does the server";
        is $server->errors, '', "$what: without complaints";
    }
}
diag "Chromium: cells passed: our server $passed";
done_testing;
