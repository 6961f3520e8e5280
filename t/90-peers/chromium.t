# The chat of eg/ in a browser: two tabs see each other's messages, over ws and over wss; what people write is never markup;
# a browser comes back by itself after the server was gone.
use strict;
use warnings;
use utf8;
use lib 't/lib';
use Test::More;
use UETest qw(certificate start_example temp_dir);
use UETest::Browser;

binmode $_, ':encoding(UTF-8)' for Test::More->builder->output, Test::More->builder->failure_output;
my $browser = UETest::Browser->start;
my $dir = temp_dir();
my ($cert, $key) = certificate($dir);

sub write_as {
    my ($tab, $name, $text) = @_;
    return $browser->run($tab, <<'SCRIPT', $name, $text);
document.getElementById('name').value = arguments[0];
document.getElementById('text').value = arguments[1];
document.querySelector('button').click();
SCRIPT
}

# The line of the log that has a text: [name, text, class].
sub line_with {
    my ($tab, $text) = @_;
    my $quoted = JSON::PP->new->allow_nonref->encode($text);
    my $found = eval { $browser->wait_for($tab, "[...document.querySelectorAll('#log li')].filter(l => l.lastChild.data === $quoted)"
        . ".map(l => [l.querySelector('b') ? l.querySelector('b').textContent : '', l.lastChild.data, l.className])[0]") };
    diag $@ if !$found;
    return $found;
}

my $first = $browser->tab;
my $second = $browser->new_tab;

for (['ws'], ['wss', '--cert', $cert, '--key', $key]) {
    my ($scheme, @options) = @$_;
    my $chat = start_example('chat.pl', @options);

    $browser->go($_, $chat->http) for $first, $second;
    ok eval { $browser->wait_for($_, "document.getElementById('state').className === 'on'") }, "$scheme: a tab is connected" or diag $@
        for $first, $second;
    ok eval { $browser->wait_for($first, "document.getElementById('state').textContent.startsWith('2 people')") }, "$scheme: they know of each other"
        or diag $@;

    write_as($first, 'Ada', 'good morning, 世界 🙂');
    is_deeply line_with($second, 'good morning, 世界 🙂'), ['Ada', 'good morning, 世界 🙂', 'other'], "$scheme: the second tab sees the first";
    is_deeply line_with($first, 'good morning, 世界 🙂'), ['Ada', 'good morning, 世界 🙂', 'mine'], "$scheme: and the first its own";
    write_as($second, 'Grace', 'good morning, Ada');
    is_deeply line_with($first, 'good morning, Ada'), ['Grace', 'good morning, Ada', 'other'], "$scheme: the first sees the second";

    my $markup = '<b id=bad>x</b><img src=x onerror="document.title=\'bad\'">';
    write_as($first, '<i>Ada</i>', $markup);
    is_deeply line_with($second, $markup), ['<i>Ada</i>', $markup, 'other'], "$scheme: markup arrives as text";
    is $browser->run($second, 'return [document.title, document.getElementById("bad") ? 1 : 0].join()'), 'Chat,0', "$scheme: and stays text";

    my $picture = $browser->screenshot($second);
    ok -s $picture > 5000, "$scheme: a picture of the second tab is in $picture";
    note "screenshot: $picture";

    # Its page stays and says so; the same address later finds a new server.
    my $port = $chat->port;
    is $chat->stop, 0, "$scheme: the server ends well when asked to";
    ok eval { $browser->wait_for($first, "document.getElementById('state').textContent.includes('1001')") },
        "$scheme: the page says why the connection ended" or diag $@;
    is $chat->errors, '', "$scheme: the server had nothing to complain about";
    my $again = eval { start_example('chat.pl', '--port', $port, @options) };
    SKIP: {
        skip "port $port was taken by somebody else meanwhile", 1 if !$again;
        ok eval { $browser->wait_for($first, "document.getElementById('state').className === 'on'") }, "$scheme: the page connects again" or diag $@;
        $browser->go($_, 'about:blank') for $first, $second;
    }
}

$browser->stop;
done_testing;
