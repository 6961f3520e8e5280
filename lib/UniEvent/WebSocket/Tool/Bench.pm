package UniEvent::WebSocket::Tool::Bench;
# uews bench: connections that send a message, wait for the answer, and send the next. Internal.
use 5.016;
use strict;
use warnings;
use Time::HiRes ();
use UniEvent::WebSocket;
use UniEvent::WebSocket::Tool;

our $VERSION = '2.0.0';

use constant STEP => log 1.01;    # latencies are counted in classes that are one percent wide

sub options { return qw(connections|c=i size|b=i seconds|s=f json insecure|k ca=s timeout|t=f) }

sub run {
    my ($class, $option, $address, @rest) = @_;
    return UniEvent::WebSocket::Tool::wrong("'$rest[0]' is one argument too many") if @rest;
    my ($uri, $why) = UniEvent::WebSocket::Tool::websocket_uri($address);
    return UniEvent::WebSocket::Tool::wrong($why) if $why;
    $why = UniEvent::WebSocket::Tool::out_of_range($option, connections => [1, 1_000_000], size => [0, 1 << 30],
        seconds => [0.01, 86400], timeout => [0, 86400]);
    return UniEvent::WebSocket::Tool::wrong($why) if $why;
    my $self = bless {uri => $uri, connections => $option->{connections} // 10, size => $option->{size} // 64,
        seconds => $option->{seconds} // 5, timeout => $option->{timeout} // 20, option => $option,
        ready => 0, messages => 0, errors => 0, class => {}, longest => 0}, $class;
    my $trouble = $self->measure;
    return UniEvent::WebSocket::Tool::failed($trouble) if defined $trouble;
    $option->{json} ? $self->print_json : $self->print_text;
    return $self->{errors} ? UniEvent::WebSocket::Tool::BADLY_CLOSED : UniEvent::WebSocket::Tool::OK;
}

sub now { return Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC()) }

# Connects, runs for the time asked for, leaves. Returns why that was impossible, or nothing.
sub measure {
    my ($self) = @_;
    my $loop = $self->{loop} = UE::Loop->default;
    my $tls = eval { UniEvent::WebSocket::Tool::tls_context($self->{option}) } or return $@;
    my $payload = 'x' x $self->{size};
    my $begin = now();
    my $stop = sub { $self->{over} = now(); $loop->stop };
    my $interrupt = UniEvent::WebSocket::Tool::on_interrupt(sub { $self->{trouble} //= 'interrupted before all were connected' if !$self->{started}; $stop->() });
    $self->{clients} = [map { UE::WebSocket::Client->new({deflate => undef, tcp_nodelay => 1}) } 1 .. $self->{connections}];
    my $end;
    my $start = sub {
        $self->{connect_seconds} = now() - $begin;
        $self->{started} = now();
        $end = UE::timer_once($self->{seconds}, $stop);
        $self->{progress} = UE::timer(0.5, sub { $self->progress }) if -t STDERR && !$self->{option}{json};
        for my $client (@{$self->{clients}}) { $self->begin($client, $payload) }
    };
    for my $client (@{$self->{clients}}) {
        $client->connect_callback(sub {
            my ($client, $response) = @_;
            if (my $error = $response->error) {
                $self->{trouble} //= "$self->{uri}: " . UniEvent::WebSocket::Tool::reason($error) . ' (connection ' . ($self->{ready} + 1) . ')';
                return $loop->stop;
            }
            $start->() if ++$self->{ready} == $self->{connections};
        });
        $client->close_callback(sub { ++$self->{errors} if !$self->{over}; $stop->() if $self->{errors} == $self->{connections} });
        eval { $client->connect(UE::WebSocket::ConnectRequest->new({uri => $self->{uri}, ssl_ctx => $tls, timeout => $self->{timeout}})); 1 } or return $@;
    }
    $loop->run;
    $self->progress('') if $self->{progress};
    $self->{over} //= now();
    delete $self->{progress};
    $self->leave;
    return $self->{trouble};
}

# One connection sends, and sends again whenever an answer is there.
sub begin {
    my ($self, $client, $payload) = @_;
    my $sent = now();
    $client->message_callback(sub {
        my ($client) = @_;
        my $now = now();
        my $took = $now - $sent;
        ++$self->{messages};
        ++$self->{class}{$took > 1e-7 ? int(log($took * 1e7) / STEP) : 0};
        $self->{longest} = $took if $took > $self->{longest};
        $sent = $now;
        $client->send_message($payload);
    });
    $client->send_message($payload);
    return;
}

# Closes all, and gives the server a moment to take notice.
sub leave {
    my ($self) = @_;
    my $late = UE::timer_once(2, sub { $self->{loop}->stop });
    $late->weak(1);
    for my $client (@{delete $self->{clients}}) { $_->message_callback(undef), $_->connect_callback(undef), $_->close for $client }
    $self->{loop}->run;
    return;
}

sub progress {
    my ($self, $text) = @_;
    my $passed = now() - $self->{started};
    $text //= sprintf '%.1f of %g s, %d messages, %.0f a second', $passed, $self->{seconds}, $self->{messages}, $self->{messages} / $passed;
    print STDERR "\r\e[K$text";
    return;
}

# The latency below which this share of the answers was, in milliseconds.
sub percentile {
    my ($self, $share) = @_;
    my $left = $share * $self->{messages};
    for my $class (sort { $a <=> $b } keys %{$self->{class}}) {
        $left -= $self->{class}{$class};
        next if $left > 0;
        my $upper = exp(($class + 1) * STEP) / 1e7;
        return 1e3 * ($upper < $self->{longest} ? $upper : $self->{longest});
    }
    return 0;
}

sub results {
    my ($self) = @_;
    my $seconds = $self->{over} - $self->{started};
    return {
        url => $self->{uri}, connections => $self->{connections}, size => $self->{size}, lost_connections => $self->{errors},
        seconds => 0 + sprintf('%.3f', $seconds), connect_seconds => 0 + sprintf('%.3f', $self->{connect_seconds}),
        messages => $self->{messages}, messages_per_second => 0 + sprintf('%.1f', $self->{messages} / $seconds),
        bytes_per_second => 0 + sprintf('%.0f', $self->{messages} * $self->{size} / $seconds),
        latency_ms => {(map { ("p$_" => 0 + sprintf '%.3f', $self->percentile($_ / 100)) } 50, 90, 99, 99.9), max => 0 + sprintf '%.3f', 1e3 * $self->{longest}},
    };
}

sub print_json {
    my ($self) = @_;
    require JSON::PP;
    print JSON::PP->new->utf8->canonical->encode($self->results), "\n";
    return;
}

sub print_text {
    my ($self) = @_;
    my $r = $self->results;
    print "$r->{url}: $r->{connections} connections, messages of $r->{size} bytes, $r->{seconds} s\n";
    print "$r->{messages} answers, $r->{messages_per_second} a second, $r->{bytes_per_second} bytes a second\n";
    print 'latency in ms: ' . join(', ', map { "$_ $r->{latency_ms}{$_}" } qw(p50 p90 p99 p99.9 max)) . "\n";
    print "$r->{lost_connections} connections were lost\n" if $r->{lost_connections};
    return;
}

1;
