/* A batch on its way from its last outcomes to its output: who may announce it, who may publish it, and what crashes
   and requests may do in between.

   Outcomes come one by one. Whoever thinks that a batch is complete announces it: the recorder of outcomes, a request
   to cancel, one to run again, recovery. Publishers take what is announced. The ledger, which outlives crashes, decides
   by compare-and-set who works on a batch: from `running` to `publishing` with the publisher's session, one for each
   process of the daemon; a batch in `publishing` is taken only by another session.

   With -DNO_CAS a batch in `publishing` may be taken by anybody, as it was until two publishers wrote one output:
   the assertions fail then. scripts/check-model runs both. */

#ifndef PROMPTS
#define PROMPTS 2
#endif
#ifndef PUBLISHERS
#define PUBLISHERS 2
#endif
#ifndef REQUESTS
#define REQUESTS 2 /* cancels, and as many retries */
#endif
#ifndef CRASHES
#define CRASHES 2
#endif
#define SESSIONS (CRASHES + 1)
#define ANNOUNCEMENTS 3

mtype = { running, publishing, done };

/* The ledger and the disk: they outlive a crash. */
mtype state = running;
byte owner = 0;           /* the session that publishes */
byte outcomes = 0;        /* of PROMPTS lines */
bool failedOne = false;   /* one outcome is an error, so that it may be run again */
bool isPlaced = false;    /* the output is visible */
bool isCancelled = false;

/* The daemon's process. */
byte session = 1;
byte working = 0;         /* publishers at work on the batch in this session */
byte parts = 0;           /* of it that run */
byte crashes = 0;
chan announced = [ANNOUNCEMENTS] of { byte };

/* Announcing never blocks: the queue is without limit. A full channel stands for announcements that change nothing. */
inline announce() {
    if
    :: nfull(announced) -> announced!1
    :: full(announced) -> skip
    fi
}

#define ALIVE (session == mine)

/* Writes outcomes as answers come, and announces the batch with the last. */
proctype Recorder(byte mine) {
    do
    :: atomic { ALIVE && state == running && outcomes < PROMPTS ->
            outcomes++;
            if :: failedOne = true :: skip fi;
            if :: outcomes == PROMPTS -> announce() :: else fi
       }
    :: atomic { !ALIVE || state == done -> parts--; break }
    od
}

/* Marks the batch, ends what waits, and announces it if nothing was left to end. */
proctype Cancel(byte mine) {
    atomic {
        if
        :: ALIVE && state == running -> isCancelled = true
        :: else -> goto over
        fi
    };
    atomic {
        if
        :: ALIVE && state == running && outcomes < PROMPTS ->
            outcomes = PROMPTS; failedOne = true; announce()
        /* The batch may have been completed, or even be published, meanwhile. */
        :: ALIVE && (state != running || outcomes == PROMPTS) -> announce()
        :: !ALIVE -> skip
        fi
    };
over: parts--
}

/* Lets a failed prompt of a running batch wait again; once the batch is being published, waits until it is done. */
proctype Retry(byte mine) {
    atomic {
        if
        :: ALIVE && state == running && failedOne && outcomes > 0 && !isCancelled ->
            outcomes--; failedOne = false
        :: ALIVE && state == done -> skip
        :: !ALIVE -> skip
        fi;
        parts--
    }
}

proctype Publisher(byte mine) {
    do
    :: atomic { ALIVE && nempty(announced) -> announced?1 };
        /* Beginning: one transaction of the ledger. */
        atomic {
            if
#ifdef NO_CAS
            :: ALIVE && state != done && outcomes == PROMPTS ->
#else
            :: ALIVE && outcomes == PROMPTS && (state == running || state == publishing && owner != mine) ->
#endif
                state = publishing; owner = mine; working++;
                assert(working == 1) /* one batch has one publisher */
            :: else -> goto next
            fi
        };
        /* Writing: reads all outcomes. */
        atomic { if :: ALIVE -> assert(outcomes == PROMPTS) /* none is missing */ :: else -> goto next fi };
        /* Placing: the first one makes it visible; after a crash it is found in place. */
        atomic {
            if
            :: ALIVE && !isPlaced -> isPlaced = true
            :: ALIVE && isPlaced -> assert(crashes > 0) /* not published twice */
            :: else -> goto next
            fi
        };
        /* The end: one transaction. The outcomes may be swept from now on. */
        atomic {
            if
            :: ALIVE -> assert(state == publishing); state = done; outcomes = 0; working--
            :: else -> goto next
            fi
        };
next:   skip
    :: atomic { !ALIVE || (state == done && empty(announced)) -> parts--; break }
    od
}

/* Starts and crashes. A start announces what is complete; requests that are still there are carried out. */
init {
    byte count;
begin:
    atomic {
        working = 0;
        do :: nempty(announced) -> announced?1 :: empty(announced) -> break od;
        if :: state != done && outcomes == PROMPTS -> announce() :: else fi;
        run Recorder(session);
        parts = 1 + PUBLISHERS + 2 * REQUESTS;
        count = 0;
        do :: count < PUBLISHERS -> run Publisher(session); count++ :: else -> break od;
        count = 0;
        do :: count < REQUESTS -> run Cancel(session); run Retry(session); count++ :: else -> break od
    };
    do
    :: atomic { crashes < CRASHES && state != done -> crashes++; session++ };
        /* The old process is gone, with all that was in it, before there is a new one. */
        parts == 0;
        goto begin
    :: state == done -> break
    od
}

/* Every batch is published in the end, if every process that can go on does so. */
ltl published { <> (state == done && isPlaced) }
