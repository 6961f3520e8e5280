#include "codec/http/date.h"

#include <algorithm>

#include "codec/http/chars.h"

namespace ue::codec {

namespace {

constexpr char kDays[] = "SunMonTueWedThuFriSat";
constexpr char kMonths[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr int64_t kDay = 86400;
constexpr int64_t kEarliest = -62167219200;  // 0000-01-01
constexpr int64_t kLatest = 253402300799;    // 9999-12-31 23:59:59

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar; years begin in March, so that the leap day is
// the last one, and 400 of them are always 146097 days.
int64_t days_of(int64_t year, int month, int day) {
    year -= month <= 2;
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t year_of_era = year - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void date_of(int64_t days, int64_t& year, int& month, int& day) {
    days += 719468;
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const int64_t doe = days - era * 146097;
    const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const int64_t mp = (5 * doy + 2) / 153;
    day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
    month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
    year = yoe + era * 400 + (month <= 2);
}

void put2(char* out, int64_t n) {
    out[0] = static_cast<char>('0' + n / 10 % 10);
    out[1] = static_cast<char>('0' + n % 10);
}

struct Fields {
    int day = -1, month = 0, hour = -1, minute = 0, second = 0;
    int64_t year = -1;
};

bool number(std::string_view s, size_t min, size_t max, int64_t& out) {
    if (s.size() < min || s.size() > max) return false;
    out = 0;
    for (char c : s) {
        if (!is_digit(c)) return false;
        out = out * 10 + (c - '0');
    }
    return true;
}

bool clock(std::string_view s, Fields& f) {
    int64_t h, m, sec;
    if (s.size() != 8 || s[2] != ':' || s[5] != ':' || !number(s.substr(0, 2), 2, 2, h) ||
        !number(s.substr(3, 2), 2, 2, m) || !number(s.substr(6), 2, 2, sec) || h > 23 || m > 59 || sec > 60)
        return false;
    f.hour = static_cast<int>(h);
    f.minute = static_cast<int>(m);
    f.second = static_cast<int>(sec);
    return true;
}

bool month_name(std::string_view s, Fields& f) {
    if (s.size() != 3) return false;
    for (int i = 0; i < 12; ++i)
        if (s == std::string_view(kMonths + 3 * i, 3)) {
            f.month = i + 1;
            return true;
        }
    return false;
}

// The words of all formats are told apart by their shape; only day of month and year need their order.
bool word(std::string_view w, Fields& f) {
    int64_t n;
    if (w.find(':') != std::string_view::npos) return f.hour < 0 && clock(w, f);
    if (f.month == 0 && month_name(w, f)) return true;
    if (f.day < 0 && number(w, 1, 2, n)) {
        f.day = static_cast<int>(n);
        return true;
    }
    if (f.year < 0 && number(w, 4, 4, n)) {
        f.year = n;
        return true;
    }
    // Two digits: RFC 6265 section 5.1.1.
    if (f.year < 0 && number(w, 2, 2, n)) {
        f.year = n + (n < 70 ? 2000 : 1900);
        return true;
    }
    return w == "GMT" || w == "UTC" || (f.day < 0 && is_alpha(w.front()));  // the zone, or a weekday in front
}

}  // namespace

void format_http_date(int64_t seconds, char* out) {
    seconds = std::clamp(seconds, kEarliest, kLatest);
    const int64_t days = (seconds >= 0 ? seconds : seconds - (kDay - 1)) / kDay;
    const int64_t rest = seconds - days * kDay;
    int64_t year;
    int month, day;
    date_of(days, year, month, day);
    const int64_t weekday = ((days + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
    std::copy_n("Xxx, 00 Xxx 0000 00:00:00 GMT", kHttpDateSize, out);
    std::copy_n(kDays + 3 * weekday, 3, out);
    put2(out + 5, day);
    std::copy_n(kMonths + 3 * (month - 1), 3, out + 8);
    put2(out + 12, year / 100);
    put2(out + 14, year);
    put2(out + 17, rest / 3600);
    put2(out + 20, rest / 60 % 60);
    put2(out + 23, rest % 60);
}

bool parse_http_date(std::string_view text, int64_t& seconds) {
    constexpr size_t kLongest = 64;  // far more than any date; cookies are written by strangers
    if (text.size() > kLongest) return false;
    Fields f;
    size_t i = 0;
    while (i < text.size()) {
        const size_t end = std::min(text.find_first_of(" ,-", i), text.size());
        if (end > i && !word(text.substr(i, end - i), f)) return false;
        i = end + 1;
    }
    if (f.day < 1 || f.day > 31 || f.month == 0 || f.hour < 0 || f.year < 0) return false;
    const int64_t days = days_of(f.year, f.month, f.day);
    int64_t year;
    int month, day;
    date_of(days, year, month, day);
    if (day != f.day) return false;  // the 30th of February
    seconds = days * kDay + f.hour * 3600 + f.minute * 60 + f.second;
    return true;
}

}  // namespace ue::codec
