# A headless Chromium, driven through chromedriver by the WebDriver protocol.
package UETest::Browser;
use 5.016;
use strict;
use warnings;
use File::Temp ();
use HTTP::Tiny;
use JSON::PP ();
use MIME::Base64 ();
use Test::More;
use UETest qw(program_of seconds);
use UETest::Child;

# Starts a browser with a new and empty profile, or skips the test.
sub start {
    my ($class) = @_;
    my $driver = program_of('chromedriver') // plan skip_all => 'no chromedriver on this machine';
    my $chromium = program_of(qw(chromium chromium-browser google-chrome)) // plan skip_all => 'no Chromium on this machine';
    my $profile = File::Temp->newdir('uetestbrowserXXXXXXXX', TMPDIR => 1);
    my $child = UETest::Child->spawn([$driver, '--port=0'], bound => seconds(60), env => {HOME => "$profile"});
    my $greeting = $child->read_until(qr/on port (\d+)\.\s/) // die 'chromedriver did not start: ' . $child->errors;
    my ($port) = $greeting =~ /on port (\d+)\./;
    my $self = bless {child => $child, profile => $profile, base => "http://127.0.0.1:$port",
        http => HTTP::Tiny->new(timeout => seconds(60), no_proxy => ['127.0.0.1'])}, $class;
    my $session = $self->call(POST => '/session', {capabilities => {alwaysMatch => {
        acceptInsecureCerts => JSON::PP::true,
        timeouts => {script => 1000 * seconds(20), pageLoad => 1000 * seconds(30)},
        'goog:chromeOptions' => {binary => $chromium, args => [qw(--headless --no-sandbox --disable-gpu --disable-quic
            --no-first-run --disable-background-networking --disable-component-update --disable-sync --no-proxy-server
            --disable-dev-shm-usage), '--window-size=900,700', "--user-data-dir=$profile"]},
    }}});
    $self->{session} = "/session/$session->{sessionId}";
    return $self;
}

# One command of the protocol; dies with what the driver says.
sub call {
    my ($self, $method, $path, $data) = @_;
    my $response = $self->{http}->request($method, "$self->{base}$path",
        $data ? {content => JSON::PP->new->utf8->encode($data), headers => {'Content-Type' => 'application/json'}} : {});
    my $answer = eval { JSON::PP->new->utf8->decode($response->{content})->{value} };
    die "chromedriver: $method $path: " . (ref $answer ? $answer->{message} // '' : $response->{content}) . "\n" if !$response->{success};
    return $answer;
}

sub command { my ($self, $method, $path, $data) = @_; return $self->call($method, "$self->{session}$path", $data) }

# The handle of the tab that is open at first, and of a new one.
sub tab { return $_[0]->command(GET => '/window') }
sub new_tab { return $_[0]->command(POST => '/window/new', {type => 'tab'})->{handle} }

sub go {
    my ($self, $tab, $url) = @_;
    $self->switch_to($tab);
    return $self->command(POST => '/url', {url => $url});
}

sub switch_to { return $_[0]->command(POST => '/window', {handle => $_[1]}) }

# Runs script text in a tab; arguments are in `arguments`.
sub run {
    my ($self, $tab, $script, @arguments) = @_;
    $self->switch_to($tab);
    return $self->command(POST => '/execute/sync', {script => $script, args => \@arguments});
}

# Waits until a script expression is true in a tab; returns its value. Looks again whenever the page changes.
sub wait_for {
    my ($self, $tab, $expression) = @_;
    $self->switch_to($tab);
    return $self->command(POST => '/execute/async', {args => [], script => <<"SCRIPT"});
const done = arguments[0];
const look = () => { const value = ($expression); if (value) { watcher.disconnect(); done(value); } return value; };
const watcher = new MutationObserver(look);
watcher.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
look();
SCRIPT
}

# Saves a picture of a tab in a file that stays; returns its name.
sub screenshot {
    my ($self, $tab) = @_;
    $self->switch_to($tab);
    my $file = File::Temp->new(TEMPLATE => 'uetest-chat-XXXXXXXX', SUFFIX => '.png', TMPDIR => 1, UNLINK => 0);
    binmode $file;
    print {$file} MIME::Base64::decode_base64($self->command(GET => '/screenshot'));
    close $file or die "cannot write $file: $!\n";
    return "$file";
}

sub stop {
    my ($self) = @_;
    my $session = delete $self->{session} // return;
    eval { $self->call(DELETE => $session) };
    $self->{child}->stop if $self->{child};
    return;
}

sub DESTROY { local ($@, $?); $_[0]->stop; return }

1;
