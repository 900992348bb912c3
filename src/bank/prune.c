// SPDX-License-Identifier: BSD-2-Clause
// Pruning: mattes that no take shows (what walks left that were given up), and the memory of walks that have ended.
#include <stdlib.h>

#include "bank/bank.h"

// What no take shows and no step started from.
#define UNSEEN                                                                                                         \
    "FROM frames AS f WHERE NOT EXISTS (SELECT 1 FROM spans AS s WHERE s.key = f.key AND f.frame BETWEEN s.first AND " \
    "s.last) AND NOT EXISTS (SELECT 1 FROM steps AS t WHERE t.basis = f.key)"
// Of walks whose frames no take shows, once no step is being tracked.
#define IDLE                                                                                                         \
    "FROM walks WHERE NOT EXISTS (SELECT 1 FROM steps WHERE finished = 0) AND NOT EXISTS (SELECT 1 FROM spans AS s " \
    "WHERE s.key = walks.walk)"

static enum ho_result measure(struct ho_store *store, struct ho_pruned *out, struct ho_diag *diag)
{
    int64_t n, mattes, states;
    HO_TRY(ho_sql_number(store->db, store->path, "SELECT count(*) " UNSEEN, &n, diag));
    HO_TRY(ho_sql_number(store->db, store->path,
                         "SELECT coalesce(sum(length(packed)), 0) FROM mattes WHERE id IN (SELECT f.id " UNSEEN ")",
                         &mattes, diag));
    HO_TRY(ho_sql_number(store->db, store->path, "SELECT coalesce(sum(length(packed)), 0) " IDLE, &states, diag));
    out->n_mattes += n;
    out->bytes += mattes + states;
    return HO_OK;
}

static enum ho_result drop(struct ho_store *store, struct ho_diag *diag)
{
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(ho_sql_run(store->db, store->path, "DELETE FROM frames WHERE id IN (SELECT f.id " UNSEEN ")", diag));
    HO_TRY(ho_sql_run(store->db, store->path, "DELETE " IDLE, diag));
    HO_TRY(ho_store_commit(store, diag));
    return ho_sql_run(store->db, store->path, "PRAGMA incremental_vacuum", diag);
}

struct pruning {
    bool dry;
    struct ho_pruned *out;
};

static enum ho_result visit(void *opaque, const char *path, const char *id, struct ho_diag *diag)
{
    struct pruning *pruning = opaque;
    struct ho_store *store;
    (void)id;
    HO_TRY(ho_store_open_path(path, pruning->dry ? HO_STORE_READ : HO_STORE_WRITE, &store, diag));
    enum ho_result result = measure(store, pruning->out, diag);
    if (result == HO_OK && !pruning->dry)
        result = drop(store, diag);
    ho_store_close(&store);
    return result;
}

enum ho_result ho_bank_prune(struct ho_bank *bank, const char *name, bool dry, struct ho_pruned *out,
                             struct ho_diag *diag)
{
    struct pruning pruning = {.dry = dry, .out = out};
    char *path;
    int64_t step;
    *out = (struct ho_pruned){0};
    if (!name)
        return ho_bank_walk(bank, visit, &pruning, diag);
    HO_TRY(ho_bank_resolve(bank, name, &path, &step, diag));
    enum ho_result result = visit(&pruning, path, "", diag);
    free(path);
    return result;
}
