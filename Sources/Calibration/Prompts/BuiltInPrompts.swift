import JSON
import PromptBatch
import Workload

/// Prompts for those who have none at hand: a few of each workload, of the kind people batch.
public enum BuiltInPrompts {
    /// The prompts, with the sampling temperatures such requests usually have.
    public static var all: [Prompt] {
        var line = 0
        return texts.flatMap { workload, temperature, texts in
            texts.enumerated().map { index, text in
                line += 1
                return Prompt(
                    line: line, customID: "\(workload.rawValue)-\(index + 1)",
                    endpoint: .chatCompletions,
                    body: [
                        "messages": [["role": "user", "content": .string(text)]],
                        "temperature": JSON(rounding: temperature, decimals: 2),
                    ],
                    workloadOverride: workload)
            }
        }
    }

    /// Prompts of each workload.
    public static let countPerWorkload = 4

    private static let texts: [(workload: Workload, temperature: Double, texts: [String])] = [
        (
            .code, 0,
            [
                "Write a Python function `merge_intervals(intervals)` that merges overlapping (start, end) "
                    + "tuples and returns them sorted, with a docstring and three doctest examples.",
                """
                This Go function leaks a goroutine when the context is cancelled. Find the bug and give the \
                corrected function.

                func first(ctx context.Context, jobs []func() int) int {
                    results := make(chan int)
                    for _, job := range jobs {
                        go func() { results <- job() }()
                    }
                    select {
                    case r := <-results:
                        return r
                    case <-ctx.Done():
                        return -1
                    }
                }
                """,
                "Write a PostgreSQL query that lists, for every customer, the total of their orders in each of the "
                    + "last twelve months, with 0 for months without orders. Tables: customers(id, name), "
                    + "orders(id, customer_id, placed_at, total_cents).",
                "Write a bash script that rotates the log files given as arguments: keep five old copies, compress "
                    + "all but the newest, and fail with a clear message if a file is not writable.",
            ]
        ),
        (
            .math, 0,
            [
                "A tank is filled by one pipe in 6 hours and by another in 4 hours; a drain empties it in 12 hours. "
                    + "All three are open. How long until the tank is full? Show each step.",
                "Prove that the sum of the first n odd numbers is n squared.",
                "Solve the system 3x + 2y = 16, 5x - y = 18 and check the result.",
                "A loan of 12000 is repaid in 36 equal monthly payments at 0.5 percent interest a month. Calculate "
                    + "the payment and the total interest, step by step.",
            ]
        ),
        (
            .factual, 0,
            [
                "What is the difference between TCP and UDP, and which applications use each?",
                "How does a heat pump move heat from a cold place to a warm one?",
                "Which countries share a border with Switzerland, and what are their capitals?",
                "What does the liver do in the human body?",
            ]
        ),
        (
            .translation, 0,
            [
                "Translate into German: The delivery will arrive on Thursday between nine and eleven. Please make "
                    + "sure that somebody is at the loading dock, and have the order number ready for the driver.",
                "Translate into French: Thank you for your patience. We have found the cause of the outage and "
                    + "restored the service. No data was lost, and your account will be credited for the day.",
                "Translate into English: La garantía cubre los defectos de fabricación durante dos años a partir "
                    + "de la fecha de compra. No cubre los daños causados por un uso indebido o por la humedad.",
                "Translate into Italian: Before you use the machine for the first time, rinse the tank, fill it "
                    + "with fresh water up to the mark, and let it run once without coffee.",
            ]
        ),
        (
            .summarization, 0.3,
            [
                """
                Summarize in three sentences:

                The city council voted on Tuesday to close the riverside road to cars from May to September. \
                Supporters pointed to last year's trial, in which the number of cyclists doubled and cafés along \
                the river reported a fifth more revenue. Shop owners in the parallel street had complained of \
                traffic jams and of customers who could not find parking. The council promised to add two bus \
                lines and to open the school's parking lot on weekends. A report on air quality and traffic is due \
                in November; only then will the council decide whether the closure becomes permanent.
                """,
                """
                Rewrite this so that a customer without technical knowledge understands it:

                We performed a rolling restart of the ingress tier to pick up the rotated certificates. Due to a \
                race in the readiness probe, a subset of pods received traffic before the trust store was loaded, \
                which resulted in TLS handshake failures for approximately four percent of requests between 09:12 \
                and 09:26 UTC. The probe has been amended and the deployment has been verified.
                """,
                """
                Correct spelling and grammar, and change nothing else:

                The comittee have recieved alot of applications and it's members has decided to extend they're \
                deadline untill the end of the month. Everybody which already applied don't need to do nothing. \
                New applicants should of send their documents per email, and they will been informed about the \
                outcome as soon as its possible.
                """,
                """
                Condense these meeting notes into a list of decisions and a list of open questions:

                Ana opened with the numbers: sign-ups are up, but half of the new users never finish the setup. \
                Ben thinks that the second step asks for too much. We agreed to make the company address optional. \
                Chloe will have the new form ready by the 14th. Whether we keep the phone number is open, Ben asks \
                the support team. The price test goes on until the end of the quarter, everybody agreed. Ana wants \
                to know if the mobile app needs the same change; nobody knew.
                """,
            ]
        ),
        (
            .extraction, 0,
            [
                """
                Extract sender, date, invoice number, total and currency as JSON:

                Nordwind Logistics Ltd., 14 Harbour Lane. Invoice 2024-0817, issued on 3 August 2024. Transport of \
                four pallets, 1,240.00. Customs handling, 85.50. Total due within 30 days: EUR 1,325.50.
                """,
                """
                List every person in this text as a JSON array of objects with the keys name, role and company:

                At the opening, Maria Lindqvist, who runs research at Fjord Robotics, shared the stage with Tom \
                Adeyemi of the Lagos Port Authority, where he is in charge of automation. The discussion was led by \
                journalist Ruth Kessler. Daniel Cho, co-founder of Fjord Robotics, answered questions afterwards.
                """,
                """
                Label each review as positive, negative or mixed, one line each, as "number: label":

                1. Arrived a day early and works perfectly.
                2. The sound is great, but the battery is dead after two hours.
                3. Broke in the first week and nobody answers my mails.
                4. Does what it should.
                5. Nice colour, useless manual, returned it in the end.
                6. Bought a second one for my mother.
                """,
                """
                Turn this into a Markdown table with the columns Day, Time, Course and Room:

                On Monday there is Statics at 8:15 in room B12 and Drawing at 13:00 in the studio. Tuesday has only \
                Materials, 10:15, B07. Thursday begins with Statics again, 8:15, this time in B14, and Physics \
                follows at 10:15 in the large hall. On Friday Drawing is at 9:00 in the studio.
                """,
            ]
        ),
        (
            .analysis, 0.5,
            [
                "Our team of six maintains a monolith and considers splitting it into services. Compare both options "
                    + "for a team of this size and recommend one.",
                "Should a small bakery offer delivery itself or go through a platform? Weigh costs, reach, "
                    + "dependence and quality.",
                "Make a plan for moving an office of forty people to another floor over one weekend: the order of "
                    + "the steps, who does what, and which risks need a fallback.",
                "What are the advantages and disadvantages of paying employees for results rather than for time?",
            ]
        ),
        (
            .creative, 0.8,
            [
                "Write a short story about a lighthouse keeper who receives a letter addressed to somebody else.",
                "Write a poem in free verse about the first morning after a long illness.",
                "Invent ten names for a shop that repairs old radios, each with one line about what it suggests.",
                "Write the dialogue of two strangers who discover on a night train that they have the same ticket.",
            ]
        ),
    ]
}
