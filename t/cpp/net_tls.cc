#include "net_tls.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace net_test {

namespace {

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string out(data, static_cast<size_t>(size));
    BIO_free(bio);
    return out;
}

X509* read_cert(const std::string& pem) {
    BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    X509* out = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
    BIO_free(in);
    return out;
}

EVP_PKEY* read_key(const std::string& pem) {
    BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    EVP_PKEY* out = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
    BIO_free(in);
    return out;
}

void add_extension(X509* cert, int nid, const std::string& value) {
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, cert, cert, nullptr, nullptr, 0);
    X509_EXTENSION* ext = X509V3_EXT_conf_nid(nullptr, &ctx, nid, value.c_str());
    X509_add_ext(cert, ext, -1);
    X509_EXTENSION_free(ext);
}

}  // namespace

Identity make_identity(const std::string& common_name, const Identity* issuer, const std::string& passphrase) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* cert = X509_new();
    static long serial = 0;
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key);
    X509_NAME* name = X509_get_subject_name(cert);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name.c_str()),
                               -1, -1, 0);
    add_extension(cert, NID_subject_alt_name, "DNS:" + common_name);
    if (!issuer) add_extension(cert, NID_basic_constraints, "critical,CA:TRUE");
    X509* issuer_cert = issuer ? read_cert(issuer->cert) : nullptr;
    EVP_PKEY* issuer_key = issuer ? read_key(issuer->key) : nullptr;
    X509_set_issuer_name(cert, issuer_cert ? X509_get_subject_name(issuer_cert) : name);
    X509_sign(cert, issuer_key ? issuer_key : key, EVP_sha256());

    Identity out;
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, cert);
    out.cert = text_of(bio);
    bio = BIO_new(BIO_s_mem());
    const auto* phrase = reinterpret_cast<const unsigned char*>(passphrase.data());
    PEM_write_bio_PrivateKey(bio, key, passphrase.empty() ? nullptr : EVP_aes_128_cbc(),
                             passphrase.empty() ? nullptr : phrase, static_cast<int>(passphrase.size()), nullptr,
                             nullptr);
    out.key = text_of(bio);
    X509_free(issuer_cert);
    EVP_PKEY_free(issuer_key);
    X509_free(cert);
    EVP_PKEY_free(key);
    return out;
}

}  // namespace net_test
