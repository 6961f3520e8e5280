# Every example of the guides does what it says: programs run as they are printed and are talked to, fragments compile, commands exist.
use strict;
use warnings;
use lib 't/lib';
use IO::Socket::INET;
use JSON::PP;
use Test::More;
use UETest qw(certificate program_of raw_client root_dir run_peer seconds temp_dir);
use UETest::Guides qw(guide_examples guide_program start_guide_program);
use UETest::Child;

my $dir = temp_dir();
my $json = JSON::PP->new->utf8;
my @include = map { '-I' . File::Spec->rel2abs($_) } grep { !ref } @INC;

sub start { return start_guide_program($dir, @_) }

# Connects; (client, response head).
sub client {
    my ($server, @handshake) = @_;
    my $client = raw_client(port => $server->port);
    my $head = $client->handshake(@handshake ? @handshake : '/');
    return wantarray ? ($client, $head) : $client;
}

sub http { my ($server, $text) = @_; my $c = raw_client(port => $server->port); $c->write($text); return $c->read_response }
sub said { my ($client, $text) = @_; $client->send_text($text) if defined $text; return ($client->next_frame // {})->{payload} }

# Asks until the answer is true; false when it never is.
sub soon {
    my ($question) = @_;
    my $until = time + seconds(20);
    while (time < $until) {
        return 1 if $question->();
        select undef, undef, undef, 0.005;    # another process has to get ready, and tells nobody
    }
    return 0;
}

# What each program must do. A program without an entry fails.
my %check = (
    'echo.pl' => sub { is said(scalar client($_[0]), 'hi'), 'you said: hi', 'the answer' },
    'page.pl' => sub {
        like http($_[0], "GET / HTTP/1.1\r\nHost: h\r\n\r\n")->{body}, qr{\A\s*<!doctype html>.*</script>}s, 'the page';
        my $client = client($_[0]);
        like said($client), qr/\Awelcome, number \d+\z/, 'the greeting';
        is said($client, 'x'), 'you said: x', 'the answer';
    },
    'chat.pl' => sub {
        my ($server) = @_;
        my @people = map { scalar client($server) } 1 .. 2;
        $people[0]->send_text('{"name":"Ada"}');
        is_deeply $json->decode(said($_)), {note => 'Ada came in', people => ['Ada']}, 'who came in' for @people;
        $people[1]->send_text('{"text":"nobody hears who has no name"}');
        $people[0]->send_text('{"text":"na\u00efve"}');
        is_deeply $json->decode(said($_)), {from => 'Ada', text => "na\xefve"}, 'what was said' for @people;
        my ($status, $output, $errors) = UETest::Child->run([$^X, @include, guide_program($dir, 'say.pl'), $server->port, 'Grace', 'good morning'], perl => 1, bound => seconds(20));
        is "$status$errors", 0, 'say.pl: its exit code';
        is $output, "Grace came in\nGrace: good morning\n", 'say.pl: what it hears';
        is $json->decode(said($people[0]))->{note}, 'Grace came in', 'and others hear of it';
        $people[1]->send_text('[]');
        is $people[1]->next_close->{code}, 1003, 'what makes no sense ends the connection';
        is $server->stop('INT'), 0, 'Ctrl-C';
        is $people[0]->next_close->{code}, 1001, 'tells everybody';
    },
    'cookie.pl' => sub {
        my ($server) = @_;
        my $post = sub { http($server, "POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: " . length($_[0]) . "\r\n\r\n$_[0]") };
        is $post->('name=ada&password=x')->{code}, 403, 'a wrong password';
        my $response = $post->('name=ada&password=enchantress');
        my ($cookie) = $response->{headers}{'set-cookie'} =~ /\A(session=\w{32});/;
        like $response->{headers}{'set-cookie'}, qr/HttpOnly/i, 'a cookie out of reach for scripts';
        is said(scalar client($server, '/', Cookie => $cookie)), 'hello ada', 'is good for a connection';
        is +(client($server, '/', Cookie => $cookie, Origin => 'http://127.0.0.1'))[1]{code}, 101, 'from the own page';
        is +(client($server, '/', Cookie => $cookie, Origin => 'http://evil.example'))[1]{code}, 403, 'but not from another one';
        is +(client($server))[1]{code}, 403, 'and without it there is none';
    },
    'token.pl' => sub {
        my ($server) = @_;
        my ($token) = $server->line =~ /token=(\S+)/;
        is said(scalar client($server, "/?token=$token")), 'hello ada', 'by the query';
        is said(scalar client($server, '/', Authorization => "Bearer $token")), 'hello ada', 'by a header';
        (my $other = $token) =~ s/ada/eve/;
        is +(client($server, "/?token=$_"))[1]{code}, 401, 'refused' for $other, '', substr $token, 0, -1;
    },
    'subprotocol.pl' => sub {
        my ($client, $head) = client($_[0], '/', 'Sec-WebSocket-Protocol' => 'json.v1, json.v2, x');
        is $head->{headers}{'sec-websocket-protocol'}, 'json.v2', 'the better one';
        is said($client), '{"speaking":"json.v2"}', 'is spoken';
        is +(client($_[0], '/', 'Sec-WebSocket-Protocol' => 'x'))[1]{code}, 400, 'none of ours';
        is +(client($_[0]))[1]{code}, 400, 'none at all';
    },
    'rooms.pl' => sub {
        my @one = map { scalar client($_[0], '/one') } 1 .. 2;
        my $two = client($_[0], '/two');
        $two->send_text('two');
        $one[0]->send_text('one');
        is said($one[1]), 'one', 'heard in the same room';
        $one[1]->send_text('back');
        is said($one[0]), 'back', 'and nothing from the other one';
        $_->send_close(1000), $_->next_close for @one, $two;
        is said(scalar do { my $c = client($_[0], '/one'); client($_[0], '/one')->send_text('again'); $c }), 'again', 'a room that was left can be entered again';
    },
    'workers.pl' => sub {
        my ($server) = @_;
        my %seen;
        my $asked = sub { my $c = eval { client($server) } or return; return said($c) // () };
        ok soon(sub { $seen{$_} = 1 for $asked->(); keys %seen > 1 }), 'two processes answer' or diag explain \%seen;
        my ($pid) = map { /\Aprocess (\d+)\z/ } keys %seen;
        kill KILL => $pid;
        ok soon(sub { grep { !$seen{$_} } $asked->() }), 'one that dies is replaced';
        is $server->stop, 0, 'SIGTERM ends them all';
        ok !eval { client($server); 1 }, 'and nobody listens';
    },
    'presocket.pl' => sub {
        my ($server) = @_;
        my %seen;
        ok soon(sub { my $c = client($server); $seen{said($c)} = 1; keys %seen > 1 }), 'both processes answer' or diag explain \%seen;
        is $server->stop, 0, 'SIGTERM ends both';
        ok !eval { client($server); 1 }, 'and nobody listens';
    },
    'activated.pl' => sub {
        my ($server) = @_;
        is said(scalar client($server)), 'the socket is mine', 'without systemd';
        my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5) or die $@;
        my $port = $socket->sockport;
        my $child = UETest::Child->start_perl(['-e', 'my ($fd, $program) = splice @ARGV, 0, 2; require POSIX; POSIX::dup2($fd, 3) if $fd != 3; $ENV{LISTEN_FDS} = 1;'
            . ' exec $^X, (map { "-I$_" } @INC), $program', _inheritable($socket), guide_program($dir, 'activated.pl')], bound => seconds(20));
        is $child->port, $port, 'the address it was given';
        is said(scalar client($child)), 'the socket was given', 'as systemd does it';
        $child->stop;
    },
    'graceful.pl' => sub {
        my ($server) = @_;
        my $old = client($server);
        my ($first) = said($old) =~ /\Aprocess (\d+)\z/;
        is $first, $server->pid, 'the first process';
        kill HUP => $server->pid;
        my $line = $server->read_line;
        my ($second) = ($line // '') =~ /:@{[$server->port]}\/ in process (\d+)/;
        isnt $second // $first, $first, 'SIGHUP: a second one takes the port';
        is $old->next_close->{code}, 1001, 'who was there is sent away';
        waitpid $server->pid, 0;
        is said(scalar client($server)), 'process ' . ($second // ''), 'and finds the new one';
        kill TERM => $second if $second;
        ok $server->read_until(qr/\z(?!)/) || $server->{ended}, 'SIGTERM ends that, too';
        $server->{status} = 0;
    },
    'everybody.pl' => sub {
        my ($server) = @_;
        my @people = map { scalar client($server) } 1 .. 2;
        is said($people[0], 'hello'), 'hello', 'who says it hears it';
        is said($people[1]), 'hello', 'and so does the other one';
        $people[0]->send_close(4000);
        is $server->read_line, 'number 1 left with 4000', 'who left';
    },
    'log.pl' => sub {
        my ($server) = @_;
        my $client = client($server, '/a%0Ab', 'User-Agent' => 'test 1');
        $client->send_text('x' x 2000);
        is $client->next_close->{code}, 1009, 'a message that is too long';
        http($server, "GET\r\n\r\n");
        $server->stop;
        my $time = qr/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/;
        like $server->errors, qr{\A$time 1 open 127\.0\.0\.1:\d+ /a\S+ test%201\n$time 1 error \S+\n$time 1 close 1009 \S+ \d+ms\n$time - bad-request \S+\n\z}, 'four lines';
    },
);

# A server of another module: what one says everybody hears, and who leaves is named. They print no address, or their own way.
sub does_the_job {
    my ($example) = @_;
    my $port = do { IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) // die $@ }->sockport;
    (my $text = $example->{text}) =~ s/\b8080\b/$port/ or return fail 'it listens on port 8080';
    my $file = UETest::Guides::write_to($dir, "$example->{name}.pl", $text =~ s/^( *use strict;)/$1 \$| = 1;/mr);
    my $server = UETest::Child->spawn([$^X, $file], perl => 1, bound => seconds(20));
    my @people;
    ok soon(sub { eval { push @people, raw_client(port => $port); 1 } }), 'listens' or return diag $server->errors;
    push @people, raw_client(port => $port);
    $_->handshake('/') for @people;
    is said($people[0], 'hello'), 'hello', 'who says it hears it';
    is said($people[1]), 'hello', 'and so does the other one';
    $people[0]->send_close(4000);
    like $server->read_until(qr/left.*\n/) // '', qr/left/, 'who left';
    $server->stop;
}

# The descriptor of a handle, to be kept over exec.
sub _inheritable {
    my ($handle) = @_;
    require Fcntl;
    fcntl $handle, Fcntl::F_SETFD(), 0;
    return fileno $handle;
}

my %ends_itself = ('say.pl' => 'with chat.pl');
$check{'renewal.pl'} = sub {
    plan skip_all => 'no openssl on this machine' if !program_of('openssl');
    my ($cert, $key) = certificate($dir, name => 'one');
    my ($other_cert, $other_key) = certificate($dir, name => 'two');
    my $server = start('renewal.pl', $cert, $key);
    my $shown = sub {
        my (undef, $out, $errors) = run_peer([program_of('openssl'), 's_client', '-connect', '127.0.0.1:' . $server->port]);
        return $out =~ /subject=\s*CN\s*=\s*(\w+)/ ? $1 : "$out$errors";
    };
    is $shown->(), 'one', 'the first certificate';
    my $replace = sub { rename $_[0], $_[1] or die $! };
    $replace->($other_cert, $cert);
    kill HUP => $server->pid;
    like $server->read_line, qr/\Akept the old certificate: .*does not belong/, 'half a renewal changes nothing';
    is $shown->(), 'one', 'still the first certificate';
    $replace->($other_key, $key);
    kill HUP => $server->pid;
    is $server->read_line, 'renewed', 'a whole one';
    is $shown->(), 'two', 'the second certificate';
    $server->stop;
};
$check{'heartbeat.pl'} = sub {
    my $server = start('heartbeat.pl', 0.1);
    my ($alive, $dead) = map { scalar client($server) } 1 .. 2;
    for (1 .. 4) {
        my $ping = $alive->next_frame;
        is $ping->{opcode}, 9, 'a ping' if $_ == 1;
        $alive->send_frame(opcode => 10, payload => $ping->{payload});
    }
    1 while $dead->next_frame;
    is $dead->ended, 'eof', 'who does not answer is dropped' or diag $dead->ended;
    $server->stop;
};
$check{'test.pl'} = sub {
    my ($status, $output, $errors) = UETest::Child->run([$^X, @include, guide_program($dir, 'test.pl')], perl => 1, bound => seconds(30));
    is $status, 0, 'passes' or diag $errors;
    is scalar(() = $output =~ /^ok /mg), 4, 'with its four tests';
};

my @examples = guide_examples();
for my $example (grep { $_->{kind} eq 'program' } @examples) {
    my ($name, $guide) = @$example{qw(name guide)};
    next if $ends_itself{$name};
    my $check = $check{$name} // do { fail "$guide: $name is not tested"; next };
    subtest "$guide: $name" => sub {
        like $example->{text}, qr/\A +#!.*\n +# \Q$name\E\b/, 'begins with its name';
        return $check->() if $name =~ /\A(?:renewal|heartbeat|test)\.pl\z/;
        my $server = start($name);
        $check->($server);
        my $status = exists $server->{status} ? $server->{status} : $server->stop;
        ok $status eq '0' || $status eq 'signal 15', 'ends when asked to';
        is $server->errors, '', 'without complaints' if $name ne 'log.pl';
    };
}

# Pieces: with the names that the guides promise they compile, in the order of the guide.
my $wrapping = 'use strict; use warnings; use UniEvent::WebSocket; use UniEvent::HTTP; use UniEvent::Signal; '
    . 'our ($server, $connection, $client, $loop, $request, $message, $response, $error); my $piece = sub {';
for my $example (grep { $_->{kind} eq 'fragment' } @examples) {
    my $where = "$example->{guide}.pod line $example->{line}";
    my $file = UETest::Guides::write_to($dir, 'fragment.pl', "$wrapping\n# line $example->{line} \"$example->{guide}.pod\"\n$example->{text}};\n1;\n");
    my ($status, undef, $errors) = UETest::Child->run([$^X, '-c', @include, $file], perl => 1, bound => seconds(30));
    is $status, 0, "$where compiles" or diag $errors;
    is $errors, "$file syntax OK\n", "$where: without warnings" if $status eq '0';
}

# Code for other modules compiles where they are installed, and does the job of everybody.pl.
for my $example (grep { $_->{kind} eq 'other' } @examples) {
    SKIP: {
        my @modules = $example->{text} =~ /^ +use ([A-Z][\w:]+)/mg;
        my ($missing) = grep { (UETest::Child->run([$^X, "-M$_", '-e', 1], perl => 1, bound => seconds(30)))[0] ne '0' } @modules;
        skip "$example->{guide}.pod line $example->{line}: $missing is not installed", 1 if $missing;
        my $file = UETest::Guides::write_to($dir, 'other.pl', $example->{text});
        my ($status, undef, $errors) = UETest::Child->run([$^X, '-c', $file], perl => 1, bound => seconds(30));
        is $status, 0, "$example->{guide}.pod line $example->{line} compiles with @modules" or diag $errors;
        subtest "$example->{guide}: $example->{name}" => sub { does_the_job($example) };
    }
}

# The options in every command line of uews exist.
my $manual = do { open my $in, '<', root_dir() . '/bin/uews' or die $!; local $/; <$in> };
for my $example (grep { $_->{kind} eq 'commands' } @examples) {
    for my $line (grep { /\buews / } split /\n/, $example->{text}) {
        my ($command) = $line =~ /\buews (\w+)/;
        is join(' ', grep { $manual !~ /^    .*\Q$_\E\b/m } $line =~ /(--\w+)/g), '', "options of '" . $line =~ s/^ +//r . "'";
        like $command, qr/\A(?:serve|connect|bench)\z/, 'the command exists';
    }
}

done_testing;
